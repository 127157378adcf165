// Bills each order that the queue tells of, with a payment provider that is not always there.
import { setTimeout as standStill } from 'node:timers/promises';

import { connectAsync } from 'mqtt';

import { isPlanted } from '../faults.ts';
import { required } from './environment.ts';
import { placedTopic } from './queue-topics.ts';
import { serveParent } from './service-life.ts';

const payment = required('SHOP_PAYMENT_URL');
const attempts = 3;
const backOffMillis = 50;
/** The planted stand-still: so long in every period. */
const [standStillMillis, periodMillis] = [3_000, 5_000];

const billed = new Set<Promise<void>>();
const queue = await connectAsync(required('SHOP_QUEUE_URL'), { protocolVersion: 5, clientId: 'billing' });
const ending = new AbortController();
if (isPlanted('slow-consumer')) {
  const startedMillis = performance.now();
  // The client reads the next message when this one is handled. A stand-still would last longer than services have for their end.
  queue.handleMessage = (_, handled) => {
    const inPeriod = (performance.now() - startedMillis) % periodMillis;
    void standStill(Math.max(0, standStillMillis - inPeriod), undefined, { signal: ending.signal })
      .catch(() => {})
      .then(() => handled());
  };
}
// oxlint-disable-next-line typescript/no-misused-promises -- the client ignores what comes back; the span of the message lasts as long
queue.on('message', (_, payload) => {
  const bill = pay(payload.toString()).finally(() => billed.delete(bill));
  billed.add(bill);
  return bill;
});
await queue.subscribeAsync(placedTopic, { qos: 1 });
serveParent('', async () => {
  ending.abort();
  await queue.endAsync();
  await Promise.allSettled(billed);
});

/** A provider that stays away costs us a payment, and nobody else anything. */
async function pay(order: string): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const status = await post(order);
    if (status === 201) return;
    await new Promise((resolve) => setTimeout(resolve, backOffMillis * attempt));
  }
}

async function post(order: string): Promise<number | undefined> {
  try {
    const response = await fetch(`${payment}/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: order,
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}
