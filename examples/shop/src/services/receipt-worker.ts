// Renders receipts, in a worker thread of orders.
import { createHash } from 'node:crypto';

import { tracedTask } from '@spanwise/instrumentation/worker-threads';
import { init } from '@spanwise/node';
import { SpanwiseTracer } from '@spanwise/tracer';

import type { Order, Receipt } from './order.ts';

const width = 32;
const rounds = 2_000;

const { tracer } = init();

export default tracedTask(renderReceipt, { tracer });

/** Sends what this thread's tracer has: nobody else can, and the thread is about to be ended. A collector that is away is not waited for. */
export function flushSpans(): Promise<void> {
  return tracer instanceof SpanwiseTracer ? tracer.flush({ deadlineMillis: 300 }) : Promise.resolve();
}

/** A receipt as text, with a seal that takes some milliseconds to make. */
function renderReceipt({ id, lines, total }: Order): Receipt {
  const rows = lines.map(({ item, quantity }) => `item ${item}`.padEnd(width - 4) + String(quantity).padStart(4));
  const sum = 'total'.padEnd(width - 10) + (total / 100).toFixed(2).padStart(10);
  return { id, total, text: [...rows, '-'.repeat(width), sum, seal(id, total)].join('\n') };
}

function seal(id: string, total: number): string {
  let digest = `${id}:${total}`;
  for (let round = 0; round < rounds; round += 1) digest = createHash('sha256').update(digest).digest('hex');
  return digest.slice(0, width);
}
