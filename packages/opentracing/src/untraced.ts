/**
 * A request whose options carry this symbol with the value `true` gets neither a span nor headers. Tracers put it on
 * the requests that carry their own spans away. It is in the global registry (`spanwise.untraced`), so that it holds
 * across copies of this package, and nobody needs to import one to use it.
 *
 * ```ts
 * http.request({ host, path, [UNTRACED]: true });
 * fetch(url, { [UNTRACED]: true } as RequestInit);
 * ```
 */
export const UNTRACED: unique symbol = /* @__PURE__ */ Symbol.for('spanwise.untraced') as never;
