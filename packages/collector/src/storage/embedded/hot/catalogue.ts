/** The names met by one generation of rows: what its segment's sidecar keeps, and what queries turn into numbers. */
export interface Catalogue {
  /** By name number. */
  readonly names: readonly string[];
  /** By resource number: `resourceJson`. */
  readonly resources: readonly string[];
  /** By resource number: the service it names. */
  readonly resourceServices: readonly string[];
  /** By scope number: `scopeJson`. */
  readonly scopes: readonly string[];
  /** By number; the first is the empty name of spans without another side. */
  readonly remotes: readonly string[];
  readonly services: readonly ServiceCatalogue[];
}

export interface ServiceCatalogue {
  readonly service: string;
  readonly operations: readonly { readonly name: string; readonly kind: number }[];
  readonly remoteServices: readonly string[];
  readonly tagKeys: readonly string[];
}
