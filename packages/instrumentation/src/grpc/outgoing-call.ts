import { rpcMethodOf } from '../protocol/rpc-method.ts';
import type { GrpcMetadata } from './metadata.ts';
import { setText } from './metadata.ts';

/** A call on its way to a server, before it is sent. What the application gave is never written to. */
export class OutgoingCall {
  /** `/package.Service/Method`. */
  readonly path: string;
  /** `package.Service`. */
  readonly service: string;
  /** `Method`. */
  readonly method: string;
  /** The address that the client was made with, such as `catalogue:50051`. */
  readonly target: string;
  /** What the application sends, after its interceptors. */
  readonly metadata: GrpcMetadata;
  readonly #readPeer: () => string;
  #sent: GrpcMetadata | undefined;

  /**
   * @param path the full path of the method
   * @param target what the channel says that it connects to
   * @param metadata what the application gave
   * @param readPeer tells which server has taken the call
   */
  constructor(path: string, target: string, metadata: GrpcMetadata, readPeer: () => string) {
    const { service, method } = rpcMethodOf(path);
    this.path = path;
    this.service = service;
    this.method = method;
    // What has no scheme gets that of DNS.
    this.target = target.replace(/^dns:(?:\/\/\/)?/, '');
    this.metadata = metadata;
    this.#readPeer = readPeer;
  }

  /** Address and port of the server that has taken the call, in one text; the target while there is none. */
  get peer(): string {
    return this.#readPeer();
  }

  /** What will be sent: the application's metadata, or a copy of it once something was added. */
  get sentMetadata(): GrpcMetadata {
    return this.#sent ?? this.metadata;
  }

  /** Adds an entry, in the place of one that the application gave. */
  setMetadata(name: string, value: string): void {
    this.#sent ??= this.metadata.clone();
    setText(this.#sent, name, value);
  }

  /** Leaves out an entry that the application gave. */
  removeMetadata(name: string): void {
    this.#sent ??= this.metadata.clone();
    this.#sent.remove(name);
  }
}
