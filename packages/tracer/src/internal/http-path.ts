/**
 * The path that an HTTP span's tags ask for (`/orders/42`), without query and fragment: of `url.path`, `http.target`,
 * `http.path`, or of the whole addresses `http.url` and `url.full`, the first that is a text. Undefined when none is.
 */
export function httpPath(tags: Readonly<Record<string, unknown>>): string | undefined {
  for (const tag of pathTags) {
    const value = tags[tag];
    if (typeof value === 'string' && value !== '') return pathOf(value);
  }
  return undefined;
}

/** Where instrumentations put what was asked for, the shortest first. */
const pathTags = ['url.path', 'http.target', 'http.path', 'http.url', 'url.full'];

/** Of a path, or of a whole address; without the objects that `URL` makes. */
function pathOf(address: string): string {
  const authority = address.startsWith('/') ? -1 : address.indexOf('://');
  const from = authority < 0 ? 0 : authority + 3;
  const end = Math.min(endOf(address, '?', from), endOf(address, '#', from));
  const start = authority < 0 ? 0 : endOf(address, '/', from);
  return start >= end ? '/' : address.slice(start, end);
}

function endOf(address: string, character: string, from: number): number {
  const index = address.indexOf(character, from);
  return index < 0 ? address.length : index;
}
