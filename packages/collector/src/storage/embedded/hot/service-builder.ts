import { HashSet } from '../rows/hash-set.ts';
import { finishHash, serviceHash, serviceOperationHash } from '../rows/text-hash.ts';
import type { ServiceCatalogue } from './catalogue.ts';

/** Collects what one service's spans are called and carry. */
export class ServiceBuilder {
  readonly service: string;
  /** The filter's entry of the service. */
  readonly hash: number;
  readonly #operations = new Map<number, { name: string; kind: number }>();
  readonly #operationHashes = new Map<number, number>();
  readonly #remotes = new Set<string>();
  readonly #keyHashes = new HashSet(64);
  readonly #keys: string[] = [];

  constructor(service: string) {
    this.service = service;
    this.hash = serviceHash(service);
  }

  /** Notes an operation; answers the filter's entry of service and operation. */
  operation(nameId: number, name: string, kind: number): number {
    const known = nameId * 8 + kind;
    if (!this.#operations.has(known)) this.#operations.set(known, { name, kind });
    let hash = this.#operationHashes.get(nameId);
    if (hash === undefined) {
      hash = serviceOperationHash(this.service, name);
      this.#operationHashes.set(nameId, hash);
    }
    return hash;
  }

  remote(name: string): void {
    this.#remotes.add(name);
  }

  /** Keys are told apart by hash: one in four billion pairs hides another. */
  tagKey(key: string, keyState: number): void {
    if (this.#keyHashes.add(finishHash(keyState))) this.#keys.push(key);
  }

  finish(): ServiceCatalogue {
    return {
      service: this.service,
      operations: [...this.#operations.values()],
      remoteServices: [...this.#remotes],
      tagKeys: this.#keys,
    };
  }
}
