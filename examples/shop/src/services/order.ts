import type { Line } from './catalogue-definition.ts';

/** An order that was taken; `total` in cents. */
export interface Order {
  readonly id: string;
  readonly lines: readonly Line[];
  readonly total: number;
}

/** What the buyer gets. */
export interface Receipt {
  readonly id: string;
  readonly total: number;
  readonly text: string;
}
