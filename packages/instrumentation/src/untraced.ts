/**
 * A request whose options carry this symbol with the value `true` gets neither a span nor headers. Tracers put it on the
 * requests that carry their own spans away. It is in the global registry (`spanwise.untraced`), so that nobody needs to
 * import this package to use it.
 *
 * ```ts
 * http.request({ host, path, [UNTRACED]: true });
 * fetch(url, { [UNTRACED]: true } as RequestInit);
 * ```
 */
export const UNTRACED: unique symbol = Symbol.for('spanwise.untraced') as never;

/** True when `value` is an object that carries `UNTRACED`. */
export function isUntraced(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { [UNTRACED]?: unknown })[UNTRACED] === true;
}
