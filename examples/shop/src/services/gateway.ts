// What the outside world talks to: GET /catalog, GET /products/N, POST /checkout.
import { callJson, jsonServer, readJson, serve } from './json-server.ts';
import { required } from './environment.ts';
import { tracingRoute } from './tracing-route.ts';

const orders = required('SHOP_ORDERS_URL');
const inventory = required('SHOP_INVENTORY_URL');

await serve(
  jsonServer([
    tracingRoute,
    {
      method: 'GET',
      path: /^\/catalog$/,
      handler: async () => ({ status: 200, body: await callJson(`${inventory}/items`) }),
    },
    {
      method: 'GET',
      path: /^\/products\/(\d+)$/,
      handler: async (_, match) => ({ status: 200, body: await callJson(`${inventory}/items/${match[1]}`) }),
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
);
