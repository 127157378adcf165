// What the outside world talks to: the page at /, GET /catalog, GET /products/N, POST /checkout.
import { scryptSync } from 'node:crypto';
import type { Server } from 'node:net';

import { isPlanted } from '../faults.ts';
import { CatalogueClient } from './catalogue-client.ts';
import { required } from './environment.ts';
import { callJson, jsonServer, readJson, serve } from './json-server.ts';
import { pageRoutes } from './page.ts';
import { VisitorTurns } from './visitor-turns.ts';

const orders = required('SHOP_ORDERS_URL');
const catalogue = new CatalogueClient(required('SHOP_CATALOGUE_ADDRESS'));
const signsOnTheEventLoop = isPlanted('event-loop');
const turns = new VisitorTurns();

await serve(
  jsonServer([
    ...pageRoutes(required('SHOP_TRACES_URL')),
    {
      method: 'GET',
      path: /^\/catalog$/,
      handler: async (request) => {
        const items = await catalogue.listItems();
        if (!signsOnTheEventLoop) return { status: 200, body: { items } };
        return { status: 200, body: { items, signature: await turns.take(request, () => sign(items)) } };
      },
    },
    {
      method: 'GET',
      path: /^\/products\/(\d+)$/,
      handler: async (_, match) => ({ status: 200, body: await catalogue.getItem(Number(match[1])) }),
    },
    {
      method: 'POST',
      path: /^\/checkout$/,
      handler: async (request) => {
        const cart = await readJson(request);
        const order = await callJson(`${orders}/orders`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(cart),
        });
        return { status: 201, body: order };
      },
    },
  ]),
  () => catalogue.close(),
  required('SHOP_LISTENER') === 'handed' ? await handedListener() : undefined,
);

/** The parent has taken the port already. */
function handedListener(): Promise<Server> {
  // The lifeline has let go of the channel; until the listener is here, nothing else may keep this process.
  process.channel?.ref();
  return new Promise((resolve) => {
    process.on('message', (_, handle) => {
      if (handle !== undefined) resolve(handle as Server);
    });
  });
}

/** The planted fault: meanwhile every other request of this process stands still. */
function sign(items: unknown): string {
  return scryptSync(JSON.stringify(items), 'shop', 32, { N: 2 ** 16, r: 8, p: 1, maxmem: 2 ** 27 }).toString('hex');
}
