import { credentials, loadPackageDefinition, status } from '@grpc/grpc-js';
import type { Client, ServiceClientConstructor, ServiceError } from '@grpc/grpc-js';

import { catalogueDefinition } from './catalogue-definition.ts';
import type { Item, Line } from './catalogue-definition.ts';
import { UpstreamError } from './json-server.ts';

type Answered<T> = (error: ServiceError | null, answer: T) => void;
type Method<Request, Answer> = (request: Request, answered: Answered<Answer>) => void;

interface CatalogueStub extends Client {
  listItems: Method<object, { readonly items: readonly Item[] }>;
  getItem: Method<{ readonly id: number }, Item>;
  reserve: Method<{ readonly lines: readonly Line[] }, unknown>;
}

/** How the other services talk to the catalogue. A refusal becomes an `UpstreamError`. */
export class CatalogueClient {
  readonly #stub: CatalogueStub;

  /** @param address host and port */
  constructor(address: string) {
    const { shop } = loadPackageDefinition(catalogueDefinition()) as unknown as {
      shop: { Catalogue: ServiceClientConstructor };
    };
    this.#stub = new shop.Catalogue(address, credentials.createInsecure()) as unknown as CatalogueStub;
  }

  async listItems(): Promise<readonly Item[]> {
    const { items } = await answerOf<{ readonly items: readonly Item[] }>((answered) =>
      this.#stub.listItems({}, answered),
    );
    return items;
  }

  getItem(id: number): Promise<Item> {
    return answerOf((answered) => this.#stub.getItem({ id }, answered));
  }

  async reserve(lines: readonly Line[]): Promise<void> {
    await answerOf((answered) => this.#stub.reserve({ lines }, answered));
  }

  close(): void {
    this.#stub.close();
  }
}

function answerOf<T>(call: (answered: Answered<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, answer) => {
      if (error === null) resolve(answer);
      else reject(new UpstreamError(httpStatusOf(error.code), error.details));
    });
  });
}

function httpStatusOf(code: status): number {
  if (code === status.NOT_FOUND) return 404;
  if (code === status.INVALID_ARGUMENT) return 400;
  return code === status.UNAVAILABLE ? 503 : 502;
}
