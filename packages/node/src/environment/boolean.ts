/** What to write for a value that `parseBoolean` does not take. */
export const BOOLEAN_FIX = 'write true or false';

/** `true`, `false`, `1` and `0`, in any case; `undefined` for everything else. */
export function parseBoolean(value: string): boolean | undefined {
  const lower = value.toLowerCase();
  if (lower === 'true' || lower === '1') return true;
  return lower === 'false' || lower === '0' ? false : undefined;
}
