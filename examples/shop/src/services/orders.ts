// Takes orders: prices the cart and reserves its items with the catalogue, has the order checked, keeps it, renders a receipt in a
// worker thread, and tells the queue.
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { instrumentPool } from '@spanwise/instrumentation/worker-threads';
import { globalTracer } from '@spanwise/opentracing';
import { connectAsync } from 'mqtt';
import { Pool } from 'pg';
import type { PoolClient } from 'pg';
import { Piscina } from 'piscina';

import { isPlanted } from '../faults.ts';
import { CatalogueClient } from './catalogue-client.ts';
import type { Item, Line } from './catalogue-definition.ts';
import { required } from './environment.ts';
import { callJson, jsonServer, readJson, serve, UpstreamError } from './json-server.ts';
import { placedTopic } from './queue-topics.ts';
import type { Order, Receipt } from './order.ts';
import { sql } from './sql.ts';

const payment = required('SHOP_PAYMENT_URL');
const catalogue = new CatalogueClient(required('SHOP_CATALOGUE_ADDRESS'));
const pool = new Pool({ connectionString: required('SHOP_DATABASE_URL'), max: 4 });
// A database that went away is met by the next query, not by an unhandled event.
pool.on('error', () => {});
const queue = await connectAsync(required('SHOP_QUEUE_URL'), { protocolVersion: 5 });
const receipts = new Piscina<Order, Receipt>({
  filename: fileURLToPath(new URL('./receipt-worker.js', import.meta.url)),
  // A pool ends threads that it has above the minimum as soon as they are idle, with spans that they have not sent.
  minThreads: 2,
  maxThreads: 2,
  // A thread that sleeps between tasks by Atomics.wait runs no timer, and sends no spans.
  atomics: 'disabled',
});
// The one line that tracing asks for in the shop's code, with its like in the worker.
const receiptsTraced = instrumentPool(receipts, { tracer: globalTracer() });

const keep = isPlanted('long-transaction') ? keepWhileChecked : keepWhenChecked;

await serve(
  jsonServer([
    {
      method: 'POST',
      path: /^\/orders$/,
      handler: async (request) => ({ status: 201, body: await takeOrder(checkedLines(await readJson(request))) }),
    },
  ]),
  async () => {
    catalogue.close();
    await Promise.all([closeReceipts(), queue.endAsync(), pool.end()]);
  },
);

/** A thread takes what its tracer has not sent along when it is ended. */
async function closeReceipts(): Promise<void> {
  receiptsTraced.uninstall();
  await Promise.all(receipts.threads.map(() => receipts.run(undefined as never, { name: 'flushSpans' })));
  await receipts.destroy();
}

async function takeOrder(lines: readonly Line[]): Promise<Receipt> {
  const items = await Promise.all(lines.map(({ item }) => catalogue.getItem(item)));
  const order: Order = { id: randomUUID(), lines, total: totalOf(items, lines) };
  await keep(order);
  const receipt = await receipts.run(order);
  await queue.publishAsync(placedTopic, JSON.stringify({ id: order.id, total: order.total }), { qos: 1 });
  return receipt;
}

/** The check and the reservation side by side, then a short transaction. */
async function keepWhenChecked(order: Order): Promise<void> {
  await Promise.all([check(order), catalogue.reserve(order.lines)]);
  await inTransaction((client) => insert(client, order));
}

/** The planted fault: whoever needs the database waits for the check of somebody else's order. */
async function keepWhileChecked(order: Order): Promise<void> {
  const kept = inTransaction(async (client) => {
    await insert(client, order);
    await check(order);
  });
  await Promise.all([kept, catalogue.reserve(order.lines)]);
}

async function inTransaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

async function insert(client: PoolClient, { id, total, lines }: Order): Promise<void> {
  await client.query(sql`INSERT INTO purchase (id, total, lines) VALUES (${id}, ${total}, ${JSON.stringify(lines)})`);
}

async function check({ id, total }: Order): Promise<void> {
  await callJson(`${payment}/checks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, total }),
  });
}

function totalOf(items: readonly Item[], lines: readonly Line[]): number {
  return items.reduce((sum, item, index) => sum + item.price * (lines[index]?.quantity ?? 0), 0);
}

function checkedLines(cart: unknown): Line[] {
  const lines = (cart as { lines?: unknown } | null)?.lines;
  const valid =
    Array.isArray(lines) &&
    lines.length > 0 &&
    lines.every((line: Line) => Number.isInteger(line.item) && Number.isInteger(line.quantity) && line.quantity > 0);
  if (!valid) throw new UpstreamError(400, 'a cart is { lines: [{ item, quantity }] } with at least one line');
  return lines as Line[];
}
