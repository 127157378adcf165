/**
 * Reads an HTTP `Retry-After` header (RFC 9110 §10.2.3): whole seconds or an HTTP date. Milliseconds from now, 0 for a
 * date that has passed, `undefined` for anything else.
 */
export function parseRetryAfter(header: string | undefined, wallMillis: number): number | undefined {
  const text = header?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // Every HTTP date starts with the name of a day; Date.parse alone would also take "-5" for a year.
  if (!/^[A-Z][a-z]{2}/.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallMillis);
}
