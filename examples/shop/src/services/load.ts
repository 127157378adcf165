// A gentle, endless load on the gateway: half checkouts, the rest catalogue pages and single products. Not traced:
// it stands for the people outside. Reports to its parent what it sent and what failed.
import { required } from './environment.ts';

const gateway = required('SHOP_GATEWAY_URL');
const requestsPerSecond = Number(required('SHOP_RATE'));

let sent = 0;
let failed = 0;
const inFlight = new Set<Promise<void>>();
/** Visitors who are still waiting this long after the end are sent away, and count neither as served nor as failed. */
const patienceMillis = 200;
const closing = new AbortController();

const timer = setInterval(() => {
  sent += 1;
  const request = visit(sent)
    .catch(() => {
      if (!closing.signal.aborted) failed += 1;
    })
    .finally(() => inFlight.delete(request));
  inFlight.add(request);
}, 1000 / requestsPerSecond);

process.send?.({ ready: '' });
process.once('SIGTERM', () => {
  clearInterval(timer);
  setTimeout(() => closing.abort(), patienceMillis).unref();
  void Promise.allSettled(inFlight).then(() => {
    process.send?.({ load: { sent, failed } });
    process.disconnect();
  });
});

async function visit(turn: number): Promise<void> {
  const response = await request(turn);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
}

function request(turn: number): Promise<Response> {
  if (turn % 2 === 1) return checkout(turn);
  if (turn % 4 === 0) return visitAt('/catalog');
  return visitAt(`/products/${(turn % 200) + 1}`);
}

function checkout(turn: number): Promise<Response> {
  const lines = [1, 2, 3].map((step) => ({ item: ((turn * step) % 200) + 1, quantity: step }));
  return visitAt('/checkout', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ lines: lines.slice(0, (turn % 3) + 1) }),
  });
}

function visitAt(path: string, init?: RequestInit): Promise<Response> {
  return fetch(gateway + path, { ...init, signal: closing.signal });
}
