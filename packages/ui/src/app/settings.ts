const prefix = 'spanwise.';

/** A choice of this browser, or `undefined`; storage may be forbidden, then nothing is remembered. */
export function readSetting(name: string): string | undefined {
  try {
    return localStorage.getItem(prefix + name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function writeSetting(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(prefix + name);
    else localStorage.setItem(prefix + name, value);
  } catch {
    // The choice holds until the page is closed.
  }
}
