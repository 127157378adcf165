// Stands for a payment provider: checks orders and takes payments, and with the fault planted refuses each payment twice.
import { isPlanted } from '../faults.ts';
import { jsonServer, readJson, serve, UpstreamError } from './json-server.ts';

const refusals = isPlanted('retry') ? 2 : 0;
const checkMillis = 60;
/** Payments that were refused, by the id of the order. */
const refused = new Map<string, number>();

await serve(
  jsonServer([
    {
      method: 'POST',
      path: /^\/checks$/,
      handler: async (request) => {
        await readJson(request);
        await new Promise((resolve) => setTimeout(resolve, checkMillis));
        return { status: 200, body: { accepted: true } };
      },
    },
    {
      method: 'POST',
      path: /^\/payments$/,
      handler: async (request) => {
        const { id } = (await readJson(request)) as { id: string };
        const before = refused.get(id) ?? 0;
        if (before < refusals) {
          refused.set(id, before + 1);
          throw new UpstreamError(503, 'the provider is busy; try again');
        }
        refused.delete(id);
        return { status: 201, body: { paid: true } };
      },
    },
  ]),
);
