import { createSocket } from 'node:dgram';

import { describe, expect, it, onTestFinished } from 'vitest';

import { jaegerSpan, thriftMessage } from '../../wire/src/jaeger/fixtures/thrift-batch.ts';
import { MemorySpanStore } from '../src/storage.ts';
import { OverloadedError } from '../src/storage/span-store.ts';
import { batchOf, expectWhole, wholeBatch } from './jaeger-batches.ts';
import { metricsOf, requests } from './metrics-of.ts';
import { runCollector } from './running-collector.ts';
import type { RunningCollector } from './running-collector.ts';
import { SlowStore } from './slow-store.ts';

type Protocol = 'binary' | 'compact';

/** Sends datagrams one after the other to a collector's agent port. */
async function send(running: RunningCollector, protocol: Protocol, ...datagrams: Uint8Array[]): Promise<void> {
  const { hostname, port } = new URL(running.addresses[`jaeger-${protocol}`] ?? '');
  const socket = createSocket(hostname.startsWith('[') ? 'udp6' : 'udp4');
  onTestFinished(() => void socket.close());
  for (const datagram of datagrams) {
    await new Promise<void>((resolve, reject) => {
      socket.send(datagram, Number(port), hostname.replaceAll(/[[\]]/g, ''), (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }
}

/** A message of exactly so many bytes. */
function messageOfSize(bytes: number, protocol: Protocol): Uint8Array {
  const without = thriftMessage(batchOf(1, 'x'.repeat(20_000)), protocol).length - 20_000;
  return thriftMessage(batchOf(1, 'x'.repeat(bytes - without)), protocol);
}

describe.each(['compact', 'binary'] as const)("Jaeger's agent, %s protocol", (protocol) => {
  const label = `jaeger-${protocol}`;

  it.each(['127.0.0.1', '::1', 'localhost'])('stores a batch field by field, at %s', async (host) => {
    const running = await runCollector({ host });
    await send(running, protocol, thriftMessage(wholeBatch, protocol));
    await expect.poll(() => running.store.stats().appendedSpans).toBe(1);
    expectWhole(await running.store.trace([0, 0, 7, 1]));
    await expect.poll(() => metricsOf(running)).toContain(requests(label, 202));
    expect(await metricsOf(running)).toContain(`spanwise_stored_spans_total{protocol="${label}"} 1`);
    expect(running.log).toEqual([]);
  });

  it('takes the largest datagram', async () => {
    const running = await runCollector();
    await send(running, protocol, messageOfSize(65_507, protocol));
    await expect.poll(() => running.store.stats().appendedSpans).toBe(1);
    await expect(send(running, protocol, messageOfSize(65_508, protocol))).rejects.toThrow('EMSGSIZE');
  });

  it('takes one of the limit, and counts and tells of one more byte', async () => {
    const running = await runCollector({ bodyLimit: 30_000 });
    await send(running, protocol, messageOfSize(30_000, protocol), messageOfSize(30_001, protocol));
    await expect.poll(() => metricsOf(running)).toContain(requests(label, 413));
    await expect.poll(() => metricsOf(running)).toContain(requests(label, 202));
    expect(running.log).toEqual([
      `spans that came by UDP (${label}) were not taken: the body is larger than 30000 bytes (decompressed); ` +
        'send smaller batches, or raise --body-limit (SPANWISE_BODY_LIMIT)',
    ]);
  });

  it('counts what it cannot read, tells of the first, and goes on', async () => {
    const running = await runCollector();
    const message = thriftMessage(wholeBatch, protocol);
    const wrong = [
      message.subarray(0, -1),
      Buffer.from('spans'),
      new Uint8Array(0),
      thriftMessage(wholeBatch, protocol, { name: 'emitZipkinBatch' }),
      thriftMessage(wholeBatch, protocol === 'binary' ? 'compact' : 'binary'),
      new Uint8Array([...message, 0]),
    ];
    await send(running, protocol, ...wrong, message);
    await expect.poll(() => metricsOf(running)).toContain(requests(label, 400, wrong.length));
    await expect.poll(() => running.store.stats().appendedSpans).toBe(1);
    expectWhole(await running.store.trace([0, 0, 7, 1]));
    expect(running.log).toEqual([
      expect.stringMatching(`^spans that came by UDP \\(${label}\\) were not taken: .* cut off`),
    ]);
  });

  it('leaves out a span that cannot be kept', async () => {
    const running = await runCollector();
    const spans = [jaegerSpan({ spanId: 0n }), jaegerSpan()];
    await send(running, protocol, thriftMessage({ process: { serviceName: 'shop' }, spans }, protocol));
    await expect.poll(() => running.store.stats().appendedSpans).toBe(1);
    expect(await metricsOf(running)).toContain(`spanwise_rejected_spans_total{protocol="${label}"} 1`);
  });

  it('counts and tells that the store is behind', async () => {
    const store = Object.assign(new MemorySpanStore(), { append: () => Promise.reject(new OverloadedError(3)) });
    const running = await runCollector({}, { store });
    await send(running, protocol, thriftMessage(wholeBatch, protocol));
    await expect.poll(() => metricsOf(running)).toContain(requests(label, 429));
    expect(running.log).toEqual([expect.stringContaining('were not taken')]);
  });

  it('stores what has come when it is closed, and then closes the store', async () => {
    const store = new SlowStore();
    const running = await runCollector({}, { store });
    await send(running, protocol, thriftMessage(wholeBatch, protocol));
    await store.appending;
    const closed = running.close();
    expect(store.order).toEqual([]);
    store.finish();
    await closed;
    expect(store.order).toEqual(['stored', 'closed']);
  });
});
