// Takes orders: prices the cart and reserves its items with the inventory, both at once, then confirms.
import { randomUUID } from 'node:crypto';

import { callJson, jsonServer, readJson, serve, UpstreamError } from './json-server.ts';
import { required } from './environment.ts';
import { tracingRoute } from './tracing-route.ts';

const inventory = required('SHOP_INVENTORY_URL');

interface Line {
  readonly item: number;
  readonly quantity: number;
}

interface Item {
  readonly price: number;
}

await serve(
  jsonServer([
    tracingRoute,
    {
      method: 'POST',
      path: /^\/orders$/,
      handler: async (request) => {
        const lines = checkedLines(await readJson(request));
        const [items] = await Promise.all([Promise.all(lines.map(fetchItem)), reserve(lines)]);
        const total = items.reduce((sum, item, index) => sum + item.price * (lines[index]?.quantity ?? 0), 0);
        return { status: 201, body: { id: randomUUID(), total } };
      },
    },
  ]),
);

function checkedLines(cart: unknown): Line[] {
  const lines = (cart as { lines?: unknown }).lines;
  const valid =
    Array.isArray(lines) &&
    lines.length > 0 &&
    lines.every((line: Line) => Number.isInteger(line.item) && Number.isInteger(line.quantity) && line.quantity > 0);
  if (!valid) throw new UpstreamError(400, 'a cart is { lines: [{ item, quantity }] } with at least one line');
  return lines as Line[];
}

async function fetchItem({ item }: Line): Promise<Item> {
  return (await callJson(`${inventory}/items/${item}`)) as Item;
}

async function reserve(lines: readonly Line[]): Promise<void> {
  await callJson(`${inventory}/reservations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ lines }),
  });
}
