/** Fails a case unless both values are deeply equal: plain data, compared as JSON, with `undefined` told from absent. */
export function sameData(actual: unknown, expected: unknown, what: string): void {
  if (Object.is(actual, expected)) return;
  const [one, other] = [printed(actual), printed(expected)];
  if (one !== other) throw new Error(`${what}: expected ${other}, was ${one}`);
}

/** Fails a case unless `holds`. */
export function required(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** Fails a case unless `promise` rejects with a message that holds `text`. */
export async function requireRejection(promise: Promise<unknown>, text: string, what: string): Promise<void> {
  const message = await promise.then(
    () => undefined,
    (error: unknown) => String(error),
  );
  required(message?.includes(text) === true, `${what}: expected an error with "${text}", was ${String(message)}`);
}

function printed(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part === undefined) return 'undefined';
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
