import path from 'node:path';

import { loadSync } from '@grpc/proto-loader';
import type { PackageDefinition } from '@grpc/proto-loader';

/** An item as the catalogue tells it; `price` in cents. */
export interface Item {
  readonly id: number;
  readonly name: string;
  readonly price: number;
  readonly stock: number;
}

/** So many of an item. */
export interface Line {
  readonly item: number;
  readonly quantity: number;
}

/** The service's definition, read from its `.proto`, nothing generated. The shop's processes run in its folder. */
export function catalogueDefinition(): PackageDefinition {
  return loadSync(path.resolve('proto/catalogue.proto'), { defaults: true });
}
