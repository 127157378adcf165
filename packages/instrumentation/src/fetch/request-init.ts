/** An init of `fetch` as a plain object; members that no standard knows (a framework's `next`, say) come along. */
export type PlainInit = { [member: string]: unknown };

/**
 * What `fetch` reads of an init: RequestInit of the Fetch standard, the `duplex` and `priority` of its extensions, and
 * the `dispatcher` of Node. `headers` are among them.
 */
const MEMBERS = [
  'body',
  'cache',
  'credentials',
  'dispatcher',
  'duplex',
  'headers',
  'integrity',
  'keepalive',
  'method',
  'mode',
  'priority',
  'redirect',
  'referrer',
  'referrerPolicy',
  'signal',
  'window',
] as const;

/**
 * A plain copy of an init. `fetch` reads members wherever they are, so an init may be a `Request`, an object of a class
 * with getters, or one that inherits them; a spread alone would lose those.
 *
 * @throws {TypeError} for what is no init.
 */
export function plainInit(init: unknown): PlainInit {
  if (init === undefined || init === null) return {};
  if (typeof init !== 'object' && typeof init !== 'function') throw new TypeError(`${typeof init} is no RequestInit`);
  const plain: PlainInit = { ...init };
  for (const member of MEMBERS) {
    if (Object.hasOwn(plain, member)) continue;
    const value = (init as PlainInit)[member];
    if (value !== undefined) plain[member] = value;
  }
  return plain;
}

/** True when the init says nothing, which for `fetch` is as good as none. */
export function isEmptyInit(init: PlainInit): boolean {
  return MEMBERS.every((member) => init[member] === undefined);
}
