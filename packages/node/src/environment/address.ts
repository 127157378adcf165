/** What to write for a value that `parseAddress` does not take. */
export const ADDRESS_FIX = 'write an address such as http://127.0.0.1:4318';

/**
 * An `http:` or `https:` address; `undefined` for what is none, and for one whose user or password cannot be decoded:
 * no request could be made with it.
 */
export function parseAddress(value: string): URL | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined;
  try {
    decodeURIComponent(url.username);
    decodeURIComponent(url.password);
    return url;
  } catch {
    return undefined;
  }
}

/** For warnings: without user, password and query. */
export function shownAddress(url: string | URL): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
