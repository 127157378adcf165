import { describe, expect, it } from 'vitest';
import { curlOtlp, firstSpanAddresses } from './first-span.ts';

const noon = Date.UTC(2026, 10, 22, 12);
/** What the page does not show. */
const off = { otlpGrpc: null, jaegerHttp: null, jaegerCompact: null, jaegerBinary: null };

function collector(otlp: string | null, main: string = 'http://127.0.0.1:9411') {
  const otlpHttp = otlp === null ? null : `${otlp}/v1/traces`;
  return { version: '1.2.3', receivers: { ...off, otlpHttp, zipkin: `${main}/api/v2/spans` } };
}

describe('addresses for the first span', () => {
  it('are those of the defaults', () => {
    const page = new URL('http://127.0.0.1:9411/');
    expect(firstSpanAddresses(collector('http://127.0.0.1:4318'), page)).toEqual({
      otlp: 'http://127.0.0.1:4318',
      zipkin: 'http://127.0.0.1:9411/api/v2/spans',
      node: 'node --import @spanwise/node/register app.js',
      isElsewhere: false,
    });
  });

  it('have the ports that the collector got, and tell Node.js about one that is not its default', () => {
    const page = new URL('http://127.0.0.1:40001/');
    const told = collector('http://127.0.0.1:40002', 'http://127.0.0.1:40001');
    expect(firstSpanAddresses(told, page)).toEqual({
      otlp: 'http://127.0.0.1:40002',
      zipkin: 'http://127.0.0.1:40001/api/v2/spans',
      node: 'SPANWISE_OTLP_ENDPOINT=http://127.0.0.1:40002 node --import @spanwise/node/register app.js',
      isElsewhere: false,
    });
  });

  it.each(['43180', '431'])('do not take port %s for the default 4318', (port) => {
    const told = collector(`http://127.0.0.1:${port}`);
    expect(firstSpanAddresses(told, new URL('http://127.0.0.1:9411/')).node).toContain(`127.0.0.1:${port} node`);
  });

  it('leave out what needs OTLP when its port is off', () => {
    expect(firstSpanAddresses(collector(null), new URL('http://127.0.0.1:9411/'))).toEqual({
      otlp: undefined,
      zipkin: 'http://127.0.0.1:9411/api/v2/spans',
      node: undefined,
      isElsewhere: false,
    });
  });

  it.each([
    ['http://localhost:9411/', 'localhost'],
    ['http://[::1]:9411/', '[::1]'],
    ['http://traces.internal:9411/', 'traces.internal'],
    ['http://spanwise.localhost:9411/', 'localhost'],
  ])('keep the name that the page was opened with, of %s %s', (page, host) => {
    expect(firstSpanAddresses(collector('http://127.0.0.1:4318'), new URL(page))).toMatchObject({
      otlp: `http://${host}:4318`,
      zipkin: `http://${host}:9411/api/v2/spans`,
      isElsewhere: false,
    });
  });

  it('tell Node.js where the collector is when it does not listen where Node.js sends by itself', () => {
    const told = collector('http://[::1]:4318', 'http://[::1]:9411');
    expect(firstSpanAddresses(told, new URL('http://[::1]:9411/')).node).toBe(
      'SPANWISE_OTLP_ENDPOINT=http://[::1]:4318 node --import @spanwise/node/register app.js',
    );
  });

  it.each([
    'http://localhost:8080/',
    'https://traces.example/',
    'https://traces.example:9411/',
    'http://traces.example/',
  ])('are the own ones of the collector when the page came by a detour: %s', (page) => {
    expect(firstSpanAddresses(collector('http://127.0.0.1:4318'), new URL(page))).toEqual({
      otlp: 'http://127.0.0.1:4318',
      zipkin: 'http://127.0.0.1:9411/api/v2/spans',
      node: 'node --import @spanwise/node/register app.js',
      isElsewhere: true,
    });
  });

  it('know the port that addresses do not say', () => {
    const told = collector('http://127.0.0.1:4318', 'http://127.0.0.1:80');
    expect(firstSpanAddresses(told, new URL('http://localhost/')).isElsewhere).toBe(false);
    expect(firstSpanAddresses(told, new URL('https://localhost/')).isElsewhere).toBe(true);
  });
});

describe('the first span by hand', () => {
  it('is an OTLP body with ids of the right length', () => {
    const line = curlOtlp('http://127.0.0.1:4318', noon);
    expect(line).toMatch(/ http:\/\/127\.0\.0\.1:4318\/v1\/traces$/);
    const body = JSON.parse(/-d '(.*)' http/.exec(line)?.[1] ?? '');
    const [span] = body.resourceSpans[0].scopeSpans[0].spans;
    expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)).toBe(120_000_000n);
  });
});
