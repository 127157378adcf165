import { request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import { describe, expect, it } from 'vitest';

import { jsonBody, someSpan } from './bodies.ts';
import { runCollector } from './running-collector.ts';

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}

/** A request with headers that `fetch` would not let us write: `Host`, `Origin`. */
async function send(
  url: string,
  { method = 'GET', headers = {}, body }: Sent = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { method, headers }, resolve).on('error', reject).end(body);
  });
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return { status: answer.statusCode ?? 0, headers: answer.headers, text };
}

const readable = [
  '/',
  '/traces/1',
  '/api/spanwise/v1/services',
  '/api/spanwise/v1/collector',
  '/api/spanwise/v1/openapi.json',
  '/api/v2/services',
  '/zipkin/api/v2/services',
  '/metrics',
  '/api/nothing',
];

describe.each(readable)('%s', (path) => {
  it('is not answered under a foreign name', async () => {
    const { main } = await runCollector();
    expect((await send(main + path, { headers: { host: 'evil.example:9411' } })).status).toBe(403);
  });

  it('is not answered to a page from elsewhere, and no page is allowed to read', async () => {
    const { main } = await runCollector({ allowedOrigins: '*' });
    for (const origin of ['https://evil.example', 'http://localhost:1', 'null']) {
      const answer = await send(main + path, { headers: { origin } });
      expect(answer.status).toBe(403);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect((await send(main + path, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await send(main + path)).headers['cross-origin-resource-policy']).toBe('same-origin');
  });

  it('allows no request that browsers ask about first', async () => {
    const { main } = await runCollector({ allowedOrigins: 'https://shop.example' });
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'GET' };
    const answer = await send(main + path, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe.each(['otlp', 'main'] as const)('ingest on the %s port', (port) => {
  const path = port === 'otlp' ? '/v1/traces' : '/api/v2/spans';
  const body = port === 'otlp' ? jsonBody(someSpan(1)) : Buffer.from('[{"traceId":"700000001","id":"1"}]');
  const spans = { method: 'POST', body };
  const type = { 'content-type': 'application/json' };

  it('takes spans from pages of listed origins, after they have asked', async () => {
    const running = await runCollector({ allowedOrigins: 'https://shop.example' });
    const url = running[port] + path;
    const asked = await send(url, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-team',
        'access-control-request-private-network': 'true',
      },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type,x-team',
      'access-control-allow-private-network': 'true',
      vary: 'Origin',
    });
    const answer = await send(url, { ...spans, headers: { ...type, origin: 'https://shop.example' } });
    expect([answer.status < 300, answer.headers['access-control-allow-origin']]).toEqual([
      true,
      'https://shop.example',
    ]);
    expect(answer.headers['access-control-expose-headers']).toBe('retry-after');
    expect(await running.store.trace([0, 0, 7, 1])).toHaveLength(1);
  });

  it.each(['https://evil.example', 'http://shop.example', 'null'])('refuses pages of %s', async (origin) => {
    const running = await runCollector({ allowedOrigins: 'https://shop.example' });
    for (const sent of [spans, { method: 'OPTIONS' }]) {
      const answer = await send(running[port] + path, { ...sent, headers: { ...type, origin } });
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([403, undefined]);
      expect(answer.text).toContain('--allowed-origins');
    }
    expect(await running.store.trace([0, 0, 7, 1])).toHaveLength(0);
  });

  it('takes spans from programs under whatever name they know it by', async () => {
    const running = await runCollector();
    const answer = await send(running[port] + path, { ...spans, headers: { ...type, host: 'collector.internal' } });
    expect(answer.status).toBeLessThan(300);
  });
});

it('says that it is well to whoever asks', async () => {
  const { main } = await runCollector();
  const answer = await send(`${main}/health`, { headers: { host: 'probe.internal' } });
  expect([answer.status, answer.text]).toEqual([200, '{"status":"UP"}']);
});
