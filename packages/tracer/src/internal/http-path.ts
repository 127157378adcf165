/** Where instrumentations put what was asked for, the shortest first. */
const pathTags = ['url.path', 'http.target', 'http.path', 'http.url', 'url.full'];

/** The path among the tags of an HTTP span, without query and fragment; undefined when there is none. */
export function httpPath(tags: Readonly<Record<string, unknown>>): string | undefined {
  for (const tag of pathTags) {
    const value = tags[tag];
    if (typeof value === 'string' && value !== '') return pathOf(value);
  }
  return undefined;
}

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
