/**
 * Reads the origins whose pages may send spans: a list, or text with commas between. Each is a scheme, a host and maybe
 * a port, as a browser writes it in `Origin`; `*` stands for every page there is.
 *
 * @throws {RangeError} for an entry that is no origin.
 */
export function parseOrigins(value: unknown): string[] {
  const entries = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(entries)) throw new RangeError('give origins with commas between, such as https://shop.example');
  return entries.map((entry: unknown) => parseOrigin(String(entry).trim())).filter((entry) => entry !== '');
}

function parseOrigin(text: string): string {
  if (text === '' || text === '*') return text;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url !== undefined && url.origin !== 'null' && text.replace(/\/$/, '').toLowerCase() === url.origin;
  if (!isOrigin)
    throw new RangeError(`"${text}" is no origin; write it as https://shop.example or http://localhost:3000`);
  return url.origin;
}
