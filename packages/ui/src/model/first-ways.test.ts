import { describe, expect, it } from 'vitest';
import { firstSpanAddresses } from './first-span.ts';
import { snippetsOf, waysWith } from './first-ways.ts';

const noon = Date.UTC(2026, 10, 22, 12);
/** What the page does not show. */
const off = { otlpGrpc: null, jaegerHttp: null, jaegerCompact: null, jaegerBinary: null };
const page = new URL('http://127.0.0.1:9411/');
const zipkin = 'http://127.0.0.1:9411/api/v2/spans';

function addressesWith(otlpHttp: string | null) {
  return firstSpanAddresses({ version: '1', receivers: { ...off, otlpHttp, zipkin } }, page);
}

const all = addressesWith('http://127.0.0.1:4318/v1/traces');
const zipkinOnly = addressesWith(null);

describe('the ways to a first span', () => {
  it('are all there where the collector takes OTLP, and without it those that need none', () => {
    expect(waysWith(all)).toEqual(['node', 'code', 'browser', 'otlp', 'zipkin', 'curl']);
    expect(waysWith(zipkinOnly)).toEqual(['zipkin', 'curl']);
  });

  it('have the addresses of this collector and never a hole', () => {
    for (const addresses of [all, zipkinOnly]) {
      for (const way of waysWith(addresses)) {
        const texts = snippetsOf(way, addresses, noon).map(({ text }) => text);
        expect(texts.length).toBeGreaterThan(0);
        for (const text of texts) expect(text).not.toMatch(/undefined|''/);
        const hosts = texts.join('\n').match(/http:\/\/[^/'"\s]+/g) ?? [];
        const known = ['http://127.0.0.1:4318', 'http://127.0.0.1:9411', 'http://localhost:3000'];
        expect(hosts.filter((host) => !known.includes(host))).toEqual([]);
      }
    }
  });

  it('by hand are two spans of different traces, which end now', () => {
    const [otlp, other] = snippetsOf('curl', all, noon);
    expect(otlp?.step).toBe('curlOtlp');
    const [, body = ''] = /-d '(.*)' http:\/\/127.0.0.1:9411\/api\/v2\/spans$/.exec(other?.text ?? '') ?? [];
    const [span] = JSON.parse(body) as [{ traceId: string; id: string; timestamp: number; duration: number }];
    expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span.id).toMatch(/^[0-9a-f]{16}$/);
    expect(span.timestamp + span.duration).toBe(noon * 1000);
    expect(otlp?.text).not.toContain(span.traceId);
    expect(snippetsOf('curl', zipkinOnly, noon).map(({ step }) => step)).toEqual(['curlZipkin']);
  });
});
