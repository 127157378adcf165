import { rpcMethodOf } from '../protocol/rpc-method.ts';
import type { RpcStream } from '../protocol/rpc-method.ts';
import type { GrpcMetadata } from './metadata.ts';

/** A call that has come to a server. */
export class IncomingCall {
  /** `/package.Service/Method`. */
  readonly path: string;
  /** `package.Service`. */
  readonly service: string;
  /** `Method`. */
  readonly method: string;
  /** Which side sends a stream, where one does. */
  readonly stream: RpcStream | undefined;
  /** What the client sent; the application gets the same object. */
  readonly metadata: GrpcMetadata;
  /** The client's address and port in one text, as gRPC writes them; `unknown` for sockets that have none. */
  readonly peer: string;

  /**
   * @param path the full path of the method
   * @param metadata what the client sent
   * @param peer the client's address
   * @param type the kind of the method, as a server knows it: `unary`, `clientStream`, `serverStream` or `bidi`
   */
  constructor(path: string, metadata: GrpcMetadata, peer: string, type?: string) {
    const { service, method } = rpcMethodOf(path);
    this.path = path;
    this.service = service;
    this.method = method;
    this.metadata = metadata;
    this.peer = peer;
    this.stream = streams.get(type);
  }
}

const streams: ReadonlyMap<string | undefined, RpcStream> = new Map([
  ['clientStream', 'CLIENT_STREAMING'],
  ['serverStream', 'SERVER_STREAMING'],
  ['bidi', 'BIDI_STREAMING'],
] as const);
