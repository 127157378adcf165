import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { MemorySpanStore } from '../src/storage.ts';
import { OverloadedError } from '../src/storage/span-store.ts';
import { post } from './bodies.ts';
import { runCollector } from './running-collector.ts';

const span = {
  traceId: '0000000700000001',
  id: '0000000000000001',
  name: 'get',
  localEndpoint: { serviceName: 'shop' },
};
const zipkinJson = (...spans: readonly unknown[]): string => JSON.stringify(spans);

describe('Zipkin over HTTP', () => {
  it.each(['application/json', 'application/json; charset=utf-8', undefined])('takes JSON as %s', async (type) => {
    const { main, store } = await runCollector();
    const answer = await post(`${main}/api/v2/spans`, type, zipkinJson(span));
    expect([answer.status, await answer.text()]).toEqual([202, '']);
    expect(await store.trace([0, 0, 7, 1])).toHaveLength(1);
  });

  it('takes gzip', async () => {
    const { main, store } = await runCollector();
    const headers = { 'content-encoding': 'gzip' };
    expect((await post(`${main}/api/v2/spans`, 'application/json', gzipSync(zipkinJson(span)), headers)).status).toBe(
      202,
    );
    expect(await store.services()).toEqual(['shop']);
  });

  it.each([
    ['/zipkin/api/v2/spans', 'application/json'],
    ['/api/v2/spans', 'text/plain;charset=UTF-8'],
    ['/api/v2/spans', 'application/x-www-form-urlencoded'],
  ])('takes spans at %s as %s', async (address, contentType) => {
    const { main, store } = await runCollector();
    expect((await post(`${main}${address}`, contentType, zipkinJson(span))).status).toBe(202);
    expect(await store.services()).toEqual(['shop']);
  });

  it.each(['', '[]'])('accepts a body of %j', async (body) => {
    const { main, store } = await runCollector();
    expect((await post(`${main}/api/v2/spans`, 'application/json', body)).status).toBe(202);
    expect(await store.services()).toEqual([]);
  });

  it.each([
    ['malformed JSON', '[{', undefined],
    ['no list', JSON.stringify(span), undefined],
    ['version 1', zipkinJson({ ...span, binaryAnnotations: [] }), undefined],
    ['gzip that is none', zipkinJson(span), 'gzip'],
    ['only spans without a trace id', zipkinJson({ id: '1' }, { id: '2' }), undefined],
  ])('refuses %s with a text', async (_, body, encoding) => {
    const { main, store } = await runCollector();
    const headers = encoding === undefined ? {} : { 'content-encoding': encoding };
    const answer = await post(`${main}/api/v2/spans`, 'application/json', body, headers);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8']);
    expect(await answer.text()).not.toBe('');
    expect(await store.services()).toEqual([]);
  });

  it('leaves out a span that cannot be kept, and counts it', async () => {
    const { main, store } = await runCollector();
    expect((await post(`${main}/api/v2/spans`, 'application/json', zipkinJson(span, { id: '1' }))).status).toBe(202);
    expect(await store.trace([0, 0, 7, 1])).toHaveLength(1);
    const metrics = await (await fetch(`${main}/metrics`)).text();
    expect(metrics).toContain('spanwise_rejected_spans_total{protocol="zipkin-json"} 1');
  });

  it.each(['garbage', '/', 'application/grpc'])('counts a body of type %j as of an unknown form', async (type) => {
    const { main } = await runCollector();
    expect((await post(`${main}/api/v2/spans`, type, zipkinJson(span))).status).toBe(415);
    const metrics = await (await fetch(`${main}/metrics`)).text();
    expect(metrics).toContain('spanwise_ingest_requests_total{protocol="unknown",status="415"} 1');
  });

  it('says which forms it does not take', async () => {
    const { main } = await runCollector();
    const binary = await post(`${main}/api/v2/spans`, 'application/x-protobuf', Buffer.from([10, 0]));
    expect([binary.status, await binary.text()]).toEqual([415, expect.stringContaining('application/x-protobuf')]);
    const old = await post(`${main}/api/v1/spans`, 'application/json', '[]');
    expect([old.status, await old.text()]).toEqual([415, expect.stringContaining('/api/v2/spans')]);
  });

  it('passes on that the store is behind', async () => {
    const store = Object.assign(new MemorySpanStore(), { append: () => Promise.reject(new OverloadedError(3)) });
    const { main } = await runCollector({}, { store });
    const answer = await post(`${main}/api/v2/spans`, undefined, zipkinJson(span));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3']);
  });

  it('takes POST only for spans, while the same path answers names by GET', async () => {
    const { main } = await runCollector();
    expect((await fetch(`${main}/api/v2/spans?serviceName=shop`)).status).toBe(200);
    const answer = await fetch(`${main}/api/v2/spans`, { method: 'PUT' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS, POST']);
  });
});
