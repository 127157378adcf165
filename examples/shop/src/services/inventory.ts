// Keeps the items, on PostgreSQL. GET /items holds the planted fault: a query for the list, then one for each item.
import { Pool } from 'pg';

import { jsonServer, readJson, serve, UpstreamError } from './json-server.ts';
import { required } from './environment.ts';
import { tracingRoute } from './tracing-route.ts';

const pool = new Pool({ connectionString: required('SHOP_DATABASE_URL'), max: 4 });
// A database that went away is met by the next query, not by an unhandled event.
pool.on('error', () => {});

const listItems = process.env['SHOP_FAULT'] === 'off' ? listInOneQuery : listOneByOne;

interface Reservation {
  readonly lines: readonly { readonly item: number; readonly quantity: number }[];
}

await serve(
  jsonServer([
    tracingRoute,
    { method: 'GET', path: /^\/items$/, handler: async () => ({ status: 200, body: await listItems() }) },
    {
      method: 'GET',
      path: /^\/items\/(\d+)$/,
      handler: async (_, match) => {
        const { rows } = await pool.query('SELECT id, name, price, stock FROM item WHERE id = $1', [Number(match[1])]);
        if (rows.length === 0) throw new UpstreamError(404, `no item ${match[1]}`);
        return { status: 200, body: rows[0] as unknown };
      },
    },
    {
      method: 'POST',
      path: /^\/reservations$/,
      handler: async (request) => {
        await reserve((await readJson(request)) as Reservation);
        return { status: 201, body: { reserved: true } };
      },
    },
  ]),
  () => pool.end(),
);

async function listInOneQuery(): Promise<unknown[]> {
  const { rows } = await pool.query('SELECT id, name, price, stock FROM item ORDER BY id LIMIT 20');
  return rows as unknown[];
}

async function listOneByOne(): Promise<unknown[]> {
  const { rows } = await pool.query('SELECT id FROM item ORDER BY id LIMIT 20');
  const items: unknown[] = [];
  for (const { id } of rows as { id: number }[]) {
    const item = await pool.query('SELECT id, name, price, stock FROM item WHERE id = $1', [id]);
    items.push(item.rows[0]);
  }
  return items;
}

async function reserve({ lines }: Reservation): Promise<void> {
  for (const { item, quantity } of lines) {
    await pool.query('UPDATE item SET stock = stock - $2 WHERE id = $1', [item, quantity]);
  }
  await pool.query('INSERT INTO reservation (lines) VALUES ($1)', [JSON.stringify(lines)]);
}
