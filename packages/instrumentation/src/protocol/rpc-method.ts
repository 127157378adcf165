/** What a call is to, by its path. */
export interface RpcMethod {
  /** The service with its package, such as `shop.Catalogue`; empty when the path names none. */
  readonly service: string;
  /** The method, such as `Find`. */
  readonly method: string;
  /** Which side sends a stream of messages; absent when each sends one, or when it is not known. */
  readonly stream?: RpcStream | undefined;
}

/** Names of gRPC's kinds of methods, as its libraries for Java and Python write them. */
export type RpcStream = 'CLIENT_STREAMING' | 'SERVER_STREAMING' | 'BIDI_STREAMING';

/** Reads a path as gRPC has it: `/package.Service/Method`. */
export function rpcMethodOf(path: string): RpcMethod {
  const start = path.startsWith('/') ? 1 : 0;
  const slash = path.lastIndexOf('/');
  return slash < start
    ? { service: '', method: path.slice(start) }
    : { service: path.slice(start, slash), method: path.slice(slash + 1) };
}

/** A span name: `package.Service/Method`. */
export function rpcSpanName({ service, method }: RpcMethod): string {
  return service === '' ? method : `${service}/${method}`;
}
