import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { describe, expect, it, onTestFinished } from 'vitest';

import { jaegerSpan, thriftBatch } from '../../wire/src/jaeger/fixtures/thrift-batch.ts';
import { MemorySpanStore, openEmbeddedStore } from '../src/storage.ts';
import { OverloadedError, StorageFailedError } from '../src/storage/span-store.ts';
import { post } from './bodies.ts';
import { batchOf, expectWhole, wholeBatch } from './jaeger-batches.ts';
import { metricsOf, requests } from './metrics-of.ts';
import { runCollector } from './running-collector.ts';
import type { RunningCollector } from './running-collector.ts';

const type = 'application/x-thrift';
const urlOf = ({ addresses }: RunningCollector): string => `${addresses['jaeger-http']}/api/traces`;

/** A body of exactly so many bytes. */
function bodyOfSize(bytes: number): Uint8Array {
  return thriftBatch(batchOf(1, 'x'.repeat(bytes - thriftBatch(batchOf(1), 'binary').length)), 'binary');
}

describe('Jaeger over HTTP', () => {
  it.each([
    ['/api/traces', type],
    ['/api/traces?format=jaeger.thrift', 'application/vnd.apache.thrift.binary'],
    ['/api/traces', 'Application/X-Thrift; charset=binary'],
  ])('stores a batch sent to %s as %s, field by field', async (path, contentType) => {
    const running = await runCollector();
    const answer = await post(
      `${running.addresses['jaeger-http']}${path}`,
      contentType,
      thriftBatch(wholeBatch, 'binary'),
    );
    expect([answer.status, await answer.text()]).toEqual([202, '']);
    expectWhole(await running.store.trace([0, 0, 7, 1]));
    expect(await metricsOf(running)).toEqual(
      expect.arrayContaining([
        'spanwise_stored_spans_total{protocol="jaeger-binary"} 1',
        requests('jaeger-binary', 202),
      ]),
    );
  });

  it('keeps it in the embedded store, too, and answers it by the API', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'spanwise-jaeger-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const store = await openEmbeddedStore({ directory });
    const running = await runCollector({}, { store });
    expect((await post(urlOf(running), type, thriftBatch(wholeBatch, 'binary'))).status).toBe(202);
    await expect.poll(() => store.trace([0, 0, 7, 1]), { timeout: 10_000 }).toHaveLength(1);
    expectWhole(await store.trace([0, 0, 7, 1]));
    const answer = await fetch(`${running.main}/api/v2/trace/0000000700000001`);
    expect(await answer.json()).toMatchObject([
      { name: 'get /checkout', kind: 'SERVER', localEndpoint: { serviceName: 'shop' } },
    ]);
  });

  it('takes gzip', async () => {
    const running = await runCollector();
    const body = gzipSync(thriftBatch(wholeBatch, 'binary'));
    expect((await post(urlOf(running), type, body, { 'content-encoding': 'gzip' })).status).toBe(202);
    expectWhole(await running.store.trace([0, 0, 7, 1]));
  });

  it('checks a large batch on its thread', async () => {
    const running = await runCollector();
    const body = thriftBatch(batchOf(3_000), 'binary');
    expect(body.length).toBeGreaterThan(128 * 1024);
    expect((await post(urlOf(running), type, body)).status).toBe(202);
    expect(running.store.stats().appendedSpans).toBe(3_000);
    expect((await post(urlOf(running), type, body.subarray(0, -1))).status).toBe(400);
  });

  it('takes a batch without spans', async () => {
    const running = await runCollector();
    expect((await post(urlOf(running), type, thriftBatch(batchOf(0), 'binary'))).status).toBe(202);
  });

  it('leaves out a span that cannot be kept, and refuses a batch of no other', async () => {
    const running = await runCollector();
    const bad = jaegerSpan({ traceIdLow: 0n });
    const process = { serviceName: 'shop' };
    const mixed = thriftBatch({ process, spans: [bad, jaegerSpan()] }, 'binary');
    expect((await post(urlOf(running), type, mixed)).status).toBe(202);
    const answer = await post(urlOf(running), type, thriftBatch({ process, spans: [bad] }, 'binary'));
    expect([answer.status, await answer.text()]).toEqual([
      400,
      'no span of 1 can be kept: span [0]: its trace id is zero',
    ]);
    expect(await running.store.trace([0, 0, 7, 1])).toHaveLength(1);
    expect(await metricsOf(running)).toContain('spanwise_rejected_spans_total{protocol="jaeger-binary"} 2');
  });

  it.each([
    ['nothing', new Uint8Array(0), 'a value is cut off, at byte 0 of 0'],
    ['text', Buffer.from('spans'), 'type 115'],
    ['a batch that is cut off', thriftBatch(wholeBatch, 'binary').subarray(0, -1), 'cut off'],
    ['the compact protocol', thriftBatch(wholeBatch, 'compact'), 'not a Jaeger body'],
  ])('refuses %s with a text, and takes what comes next', async (_, body, words) => {
    const running = await runCollector();
    const answer = await post(urlOf(running), type, body);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8']);
    expect(await answer.text()).toContain(words);
    expect(running.store.stats().appendedSpans).toBe(0);
    expect((await post(urlOf(running), type, thriftBatch(wholeBatch, 'binary'))).status).toBe(202);
    expect(await metricsOf(running)).toEqual(
      expect.arrayContaining([requests('jaeger-binary', 400), requests('jaeger-binary', 202)]),
    );
  });

  it('takes a body of the limit and refuses one more byte', async () => {
    const running = await runCollector({ bodyLimit: 70_000 });
    expect((await post(urlOf(running), type, bodyOfSize(70_000))).status).toBe(202);
    const answer = await post(urlOf(running), type, bodyOfSize(70_001));
    expect([answer.status, await answer.text()]).toEqual([413, expect.stringContaining('larger than 70000 bytes')]);
    expect(running.store.stats().appendedSpans).toBe(1);
  });

  it.each(['application/json', undefined, 'application/vnd.apache.thrift.compact'])(
    'does not take %s',
    async (other) => {
      const running = await runCollector();
      const answer = await post(urlOf(running), other, thriftBatch(wholeBatch, 'binary'));
      expect([answer.status, await answer.text()]).toEqual([415, expect.stringContaining('application/x-thrift')]);
      expect(await metricsOf(running)).toContain(requests('unknown', 415));
    },
  );

  it.each([
    ['is behind', new OverloadedError(3), 429, '3'],
    ['has no room', new StorageFailedError('the disk is full', 'full', undefined), 503, '30'],
  ] as const)('passes on that the store %s', async (_, failure, status, retryAfter) => {
    const store = Object.assign(new MemorySpanStore(), { append: () => Promise.reject(failure) });
    const running = await runCollector({}, { store });
    const answer = await post(urlOf(running), type, thriftBatch(wholeBatch, 'binary'));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, retryAfter]);
    expect(await metricsOf(running)).toContain(requests('jaeger-binary', status));
  });

  it('takes spans of pages that are listed and of no other', async () => {
    const running = await runCollector({ allowedOrigins: 'https://shop.example' });
    const from = (origin: string): Promise<Response> =>
      post(urlOf(running), type, thriftBatch(wholeBatch, 'binary'), { origin });
    expect((await from('https://shop.example')).headers.get('access-control-allow-origin')).toBe(
      'https://shop.example',
    );
    expect((await from('https://other.example')).status).toBe(403);
  });

  it('says what there is', async () => {
    const running = await runCollector();
    const wrong = await fetch(urlOf(running));
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'OPTIONS, POST']);
    const absent = await post(`${running.addresses['jaeger-http']}/v1/traces`, type, '');
    expect([absent.status, await absent.text()]).toEqual([404, expect.stringContaining('by POST to /api/traces')]);
  });
});
