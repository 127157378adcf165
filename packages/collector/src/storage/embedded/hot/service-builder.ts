import { operationHash, serviceHash, serviceOperationHash } from '../rows/text-hash.ts';
import type { ServiceCatalogue } from './catalogue.ts';

/** An operation and the filter's entries of it. */
export interface OperationEntry {
  readonly name: string;
  readonly kind: number;
  readonly hash: number;
  readonly withService: number;
  /** The last block that has the entries. */
  block: number;
}

/** Collects what one service's spans are called and carry. */
export class ServiceBuilder {
  readonly service: string;
  /** Its place among the services of a generation. */
  readonly number: number;
  /** The filter's entry of the service. */
  readonly hash: number;
  readonly #operations = new Map<number, OperationEntry>();
  readonly #remotes = new Set<string>();
  readonly #keys = new Set<string>();

  constructor(service: string, number: number) {
    this.service = service;
    this.number = number;
    this.hash = serviceHash(service);
  }

  /** Notes an operation. */
  operation(nameId: number, name: string, kind: number): OperationEntry {
    const number = nameId * 8 + kind;
    let known = this.#operations.get(number);
    if (known === undefined) {
      known = {
        name,
        kind,
        hash: operationHash(name),
        withService: serviceOperationHash(this.service, name),
        block: -1,
      };
      this.#operations.set(number, known);
    }
    return known;
  }

  remote(name: string): void {
    this.#remotes.add(name);
  }

  tagKey(key: string): void {
    this.#keys.add(key);
  }

  finish(): ServiceCatalogue {
    return {
      service: this.service,
      operations: [...this.#operations.values()].map(({ name, kind }) => ({ name, kind })),
      remoteServices: [...this.#remotes],
      tagKeys: [...this.#keys],
    };
  }
}
