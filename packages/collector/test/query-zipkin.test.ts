import { describe, expect, it } from 'vitest';

import { post } from './bodies.ts';
import { runCollector, shareCollector } from './running-collector.ts';

const startMicros = 1_700_000_000_000_000;
const now = () => startMicros / 1000 + 1000;

const spans = [
  {
    traceId: '0000000700000001',
    id: '0000000000000001',
    kind: 'CLIENT',
    name: 'Get /Checkout',
    timestamp: startMicros,
    duration: 5000,
    localEndpoint: { serviceName: 'Shop' },
    remoteEndpoint: { serviceName: 'Cart' },
    tags: { 'http.method': 'GET' },
    annotations: [{ timestamp: startMicros, value: 'retry' }],
  },
  {
    traceId: '0000000700000001',
    id: '0000000000000001',
    kind: 'SERVER',
    shared: true,
    name: 'checkout',
    timestamp: startMicros + 1000,
    duration: 3000,
    localEndpoint: { serviceName: 'cart' },
  },
  { traceId: '8', id: '8', name: 'other', timestamp: startMicros, duration: 1, localEndpoint: { serviceName: 'shop' } },
];

/** A collector that was sent two traces in Zipkin's format. */
const shared = shareCollector({ now }, async ({ main }) => {
  expect((await post(`${main}/api/v2/spans`, 'application/json', JSON.stringify(spans))).status).toBe(202);
});

describe.each(['/api/v2', '/zipkin/api/v2'])("Zipkin's query API at %s", (prefix) => {
  const get = (path: string): Promise<Response> => fetch(`${shared().main}${prefix}/${path}`);

  it('names services, spans and remote services in lower case, whatever case is asked', async () => {
    expect(await (await get('services')).json()).toEqual(['cart', 'shop']);
    expect(await (await get('spans?serviceName=SHOP')).json()).toEqual(['get /checkout', 'other']);
    expect(await (await get('remoteServices?serviceName=shop')).json()).toEqual(['cart']);
    expect(await (await get('spans?serviceName=unknown')).json()).toEqual([]);
  });

  it('gives the spans of a trace as they came, both halves of a shared one', async () => {
    const answer = await get('trace/0000000700000001');
    expect(answer.headers.get('content-type')).toContain('application/json');
    const trace = (await answer.json()) as Record<string, unknown>[];
    expect(trace).toHaveLength(2);
    expect(trace).toContainEqual({
      ...spans[0],
      name: 'get /checkout',
      localEndpoint: { serviceName: 'shop' },
      remoteEndpoint: { serviceName: 'cart' },
    });
    expect(trace).toContainEqual(spans[1]);
  });

  it('finds traces', async () => {
    const idsOf = async (query: string): Promise<string[]> => {
      const traces = (await (await get(`traces?${query}`)).json()) as { traceId: string }[][];
      return traces.map(([first]) => first?.traceId ?? '').sort((left, right) => left.localeCompare(right));
    };
    const [one, two] = ['0000000000000008', '0000000700000001'];
    expect(await idsOf('')).toEqual([one, two]);
    expect(await idsOf('serviceName=SHOP&spanName=GET%20/checkout')).toEqual([two]);
    expect(await idsOf('serviceName=shop&spanName=all')).toEqual([one, two]);
    expect(await idsOf('annotationQuery=http.method%3DGET')).toEqual([two]);
    expect(await idsOf('annotationQuery=retry')).toEqual([two]);
    expect(await idsOf('annotationQuery=absent')).toEqual([]);
    expect(await idsOf('minDuration=5000')).toEqual([two]);
    expect(await idsOf('minDuration=5001')).toEqual([]);
    expect(await idsOf('remoteServiceName=cart')).toEqual([two]);
    expect(await idsOf(`endTs=${now() - 2000}`)).toEqual([]);
    // The server's half starts in these ranges, the trace begins in the first only.
    const half = `serviceName=cart&endTs=${startMicros / 1000 + 1}`;
    expect(await idsOf(`${half}&lookback=1`)).toEqual([two]);
    expect(await idsOf(`serviceName=cart&endTs=${startMicros / 1000 + 2}&lookback=1`)).toEqual([]);
  });

  it('gives many traces at once and skips those it does not have', async () => {
    const traces = (await (await get('traceMany?traceIds=8,9,0000000700000001')).json()) as unknown[][];
    expect(new Set(traces.map(({ length }) => length))).toEqual(new Set([1, 2]));
  });

  it.each([
    ['spans', 400, 'serviceName'],
    ['remoteServices', 400, 'serviceName'],
    ['autocompleteValues', 400, 'key'],
    ['trace/9', 404, '9 not found'],
    ['trace/0000000000000000000000000000000g', 400, 'hex'],
    [`trace/${'1'.repeat(33)}`, 400, 'at most 32'],
    ['trace/0', 400, 'not all zeros'],
    ['traceMany', 400, 'traceIds parameter is empty'],
    ['traceMany?traceIds=', 400, 'traceIds parameter is empty'],
    ['traceMany?traceIds=8', 400, 'Use /api/v2/trace/{traceId} endpoint'],
    ['traceMany?traceIds=8,9,08', 400, 'redundant traceId: 08'],
    ['traces?limit=0', 400, 'limit <= 0'],
    ['traces?maxDuration=5', 400, 'maxDuration is only valid with minDuration'],
    ['dependencies', 400, "'endTs' is missing"],
    ['dependencies?endTs=0', 400, 'endTs <= 0'],
    ['dependencies?endTs=1&lookback=0', 400, 'lookback <= 0'],
  ])('answers %s with %i and a text', async (path, status, words) => {
    const answer = await get(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/plain; charset=utf-8']);
    expect(await answer.text()).toContain(words);
  });

  it('links services by the calls between them, in whole minutes', async () => {
    const links = [{ parent: 'shop', child: 'cart', callCount: 1 }];
    expect(await (await get(`dependencies?endTs=${now()}`)).json()).toEqual(links);
    expect(await (await get(`dependencies?endTs=${now()}&lookback=1`)).json()).toEqual(links);
    expect(await (await get(`dependencies?endTs=${now() - 120_000}`)).json()).toEqual([]);
  });

  it('suggests keys of tags', async () => {
    expect(await (await get('autocompleteKeys')).json()).toEqual(['http.method']);
    expect(await (await get('autocompleteValues?key=http.method')).json()).toEqual([]);
  });
});

it('lets clients keep names once there are more than three services', async () => {
  const { main } = await runCollector({}, { now });
  const send = (count: number): Promise<Response> => {
    const names = Array.from({ length: count }, (_, index) => `s${index}`);
    const bodies = names.map((serviceName, index) => ({
      ...spans[2],
      id: String(index + 1),
      localEndpoint: { serviceName },
    }));
    return post(`${main}/api/v2/spans`, undefined, JSON.stringify(bodies));
  };
  await send(3);
  expect((await fetch(`${main}/api/v2/services`)).headers.get('cache-control')).toBeNull();
  await send(4);
  expect((await fetch(`${main}/api/v2/services`)).headers.get('cache-control')).toBe('max-age=300, must-revalidate');
});
