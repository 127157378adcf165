import type { Server } from 'node:net';
import { fileURLToPath } from 'node:url';

import { faultEnvironment } from './faults.ts';
import type { Fault } from './faults.ts';
import type { ChildMessage, ParentMessage, ProcessGroup, StartedProcess } from './process-group.ts';

const service = (name: string): string => fileURLToPath(new URL(`./services/${name}.js`, import.meta.url));

/** A little more than the load's visitors have patience. */
const loadMillis = 400;
/** More than the two seconds for which services try to send their last spans, and what `orders` gives its threads before. */
const servicesMillis = 2_500;

/** What the services stand on; it ends after them. */
export const foundation: readonly string[] = ['broker', 'database'];

/** How a shop is to be. */
export interface ShopPlan {
  /** What is planted. */
  readonly faults: readonly Fault[];
  /** Where the gateway is to listen, whose page sends spans from that origin; on any free port unless given. */
  readonly listener?: Server;
}

/** What others need of the shop. */
export interface Shop {
  readonly gatewayUrl: string;
  /** The processes that are traced. */
  readonly traced: readonly StartedProcess[];
}

/** Starts the database; it takes a second or two, so start it first. Ready with its connection string. */
export function startDatabase(group: ProcessGroup): StartedProcess {
  return group.start({ name: 'database', script: service('database') });
}

/** Starts the broker and the services on the database; these are traced to `otlpUrl` by one flag each. */
export async function startShop(
  group: ProcessGroup,
  database: StartedProcess,
  otlpUrl: string,
  { faults, listener }: ShopPlan,
): Promise<Shop> {
  const traced = (name: string, env: Record<string, string> = {}): StartedProcess =>
    group.start({
      name,
      script: service(name),
      imports: ['@spanwise/node/register'],
      env: {
        SPANWISE_SERVICE_NAME: name,
        SPANWISE_OTLP_ENDPOINT: otlpUrl,
        ...faultEnvironment(faults),
        ...env,
      },
    });
  const broker = group.start({ name: 'broker', script: service('broker') });
  const payment = traced('payment');
  const SHOP_DATABASE_URL = await database.ready;
  const catalogue = traced('catalogue', { SHOP_DATABASE_URL });
  const [SHOP_QUEUE_URL, SHOP_PAYMENT_URL] = [await broker.ready, await payment.ready];
  const billing = traced('billing', { SHOP_QUEUE_URL, SHOP_PAYMENT_URL });
  const SHOP_CATALOGUE_ADDRESS = await catalogue.ready;
  // Nobody is told of an order before somebody listens.
  await billing.ready;
  const orders = traced('orders', { SHOP_DATABASE_URL, SHOP_QUEUE_URL, SHOP_PAYMENT_URL, SHOP_CATALOGUE_ADDRESS });
  const SHOP_ORDERS_URL = await orders.ready;
  const gateway = traced('gateway', {
    SHOP_ORDERS_URL,
    SHOP_CATALOGUE_ADDRESS,
    SHOP_TRACES_URL: `${otlpUrl}/v1/traces`,
    SHOP_LISTENER: listener === undefined ? 'own' : 'handed',
  });
  if (listener !== undefined) gateway.child.send({ listener: true }, listener, () => listener.close());
  return { gatewayUrl: await gateway.ready, traced: [gateway, orders, billing, payment, catalogue] };
}

/** The counters of a traced process's tracer. */
export function tracingOf({ child }: StartedProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const answered = (message: ChildMessage): void => {
      if (message.tracing === undefined) return;
      child.off('message', answered);
      resolve(message.tracing);
    };
    child.on('message', answered);
    child.send({ ask: 'tracing' } satisfies ParentMessage, (error) => {
      if (error !== null) reject(error);
    });
  });
}

/** Starts the load on the gateway. It reports `{ load: { sent, failed } }` when it ends. */
export function startLoad(group: ProcessGroup, gatewayUrl: string, requestsPerSecond: number): StartedProcess {
  return group.start({
    name: 'load',
    script: service('load'),
    env: { SHOP_GATEWAY_URL: gatewayUrl, SHOP_RATE: String(requestsPerSecond) },
  });
}

/**
 * Ends the load, and then the services, with the foundation still there: an order under way waits for a broker that is gone
 * for as long as its process lives. Resolves with what went wrong.
 */
export async function stopServices(group: ProcessGroup): Promise<string[]> {
  const visitors = await group.stop(['load'], loadMillis);
  const services = await group.stop(['gateway', 'orders', 'billing', 'payment', 'catalogue'], servicesMillis);
  return [...visitors, ...services];
}

export { defaultFaults } from './faults.ts';
