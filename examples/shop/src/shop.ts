import { fileURLToPath } from 'node:url';

import type { ProcessGroup, StartedProcess } from './process-group.ts';

const service = (name: string): string => fileURLToPath(new URL(`./services/${name}.js`, import.meta.url));

/** The processes of the shop, in the order in which they are to be stopped: those that call before those called. */
export const shopProcesses: readonly string[] = ['load', 'gateway', 'orders', 'inventory', 'database'];

export interface Shop {
  readonly gatewayUrl: string;
  readonly ordersUrl: string;
  readonly inventoryUrl: string;
}

/** Starts the database; it takes a second or two, so start it first. Ready with its connection string. */
export function startDatabase(group: ProcessGroup): StartedProcess {
  return group.start({ name: 'database', script: service('database') });
}

/** Starts inventory, orders and gateway on the database; the three are traced to `otlpUrl` by one flag each. */
export async function startShop(
  group: ProcessGroup,
  database: StartedProcess,
  otlpUrl: string,
  fault: boolean,
): Promise<Shop> {
  const databaseUrl = await database.ready;
  const traced = (name: string, env: Record<string, string>): StartedProcess =>
    group.start({
      name,
      script: service(name),
      imports: ['@spanwise/node/register'],
      env: { SPANWISE_SERVICE_NAME: name, SPANWISE_OTLP_ENDPOINT: otlpUrl, ...env },
    });
  const inventory = traced('inventory', { SHOP_DATABASE_URL: databaseUrl, SHOP_FAULT: fault ? 'on' : 'off' });
  const inventoryUrl = await inventory.ready;
  const ordersUrl = await traced('orders', { SHOP_INVENTORY_URL: inventoryUrl }).ready;
  const gatewayUrl = await traced('gateway', { SHOP_ORDERS_URL: ordersUrl, SHOP_INVENTORY_URL: inventoryUrl }).ready;
  return { gatewayUrl, ordersUrl, inventoryUrl };
}

/** Starts the load on the gateway. It reports `{ load: { sent, failed } }` when it ends. */
export function startLoad(group: ProcessGroup, gatewayUrl: string, requestsPerSecond: number): StartedProcess {
  return group.start({
    name: 'load',
    script: service('load'),
    env: { SHOP_GATEWAY_URL: gatewayUrl, SHOP_RATE: String(requestsPerSecond) },
  });
}
