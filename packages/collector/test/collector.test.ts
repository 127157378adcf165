import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { CollectorAnswer } from '@spanwise/wire/query';
import { describe, expect, it, onTestFinished } from 'vitest';

import { ports } from '../src/config/ports.ts';
import { CollectorStartError, ConfigError, resolveConfig, startCollector, startConfigured } from '../src/index.ts';
import { MemorySpanStore } from '../src/storage.ts';
import type { StoreStats } from '../src/storage/span-store.ts';
import { jsonBody, post, protobufBody, someSpan } from './bodies.ts';
import { freePorts, runCollector } from './running-collector.ts';
import { SlowStore } from './slow-store.ts';

/** A port that somebody else holds for the time of the test. */
async function takenPort(transport: 'tcp' | 'udp'): Promise<number> {
  if (transport === 'udp') {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    onTestFinished(() => void socket.close());
    await once(socket, 'listening');
    return socket.address().port;
  }
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Error) return error;
  throw new Error('it did not fail');
}

describe('starting', () => {
  it('gives the addresses by port name', async () => {
    const { main, otlp } = await runCollector();
    expect(main).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(otlp).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(main).not.toBe(otlp);
  });

  it.each(ports)('leaves out $name when it is off', async ({ key, name }) => {
    const { addresses } = await runCollector({ [key]: 'off' });
    const others = ports.map((port) => port.name).filter((other) => other !== name);
    expect(Object.keys(addresses).sort()).toEqual(others.sort());
  });

  it.each(ports)(
    'names the setting when $name is in use, and leaves nothing open',
    async ({ key, name, transport }) => {
      const port = await takenPort(transport);
      const store = new MemorySpanStore();
      const error = await failureOf(startCollector({ ...freePorts, [key]: port }, { store }));
      expect(error).toBeInstanceOf(CollectorStartError);
      expect(error.message).toContain(`port ${port} on 127.0.0.1 is in use`);
      const variable = `SPANWISE_PORT_${name.toUpperCase().replace('-', '_')}`;
      expect(error.message).toContain(`--port-${name} PORT (${variable})`);
    },
  );

  it.each(ports)('goes on without $name, or not, when its default is in use', async ({ key, name, transport }) => {
    const port = await takenPort(transport);
    const config = { ...resolveConfig([{ place: () => '', values: freePorts }]), [key]: port, unnamedPorts: [key] };
    const log: string[] = [];
    const starting = startConfigured(config, { store: new MemorySpanStore(), log: (line) => log.push(line) });
    if (name === 'main' || name === 'otlp-http') {
      expect(await failureOf(starting)).toBeInstanceOf(CollectorStartError);
      return;
    }
    const collector = await starting;
    onTestFinished(() => collector.close());
    expect(Object.keys(collector.addresses)).toHaveLength(ports.length - 1);
    expect(log).toEqual([
      expect.stringMatching(`^port ${port} on .* in use;.*--port-${name} off; .* goes on without it$`),
    ]);
    const answer = await fetch(`${collector.addresses.main}/api/spanwise/v1/collector`);
    const { receivers } = (await answer.json()) as CollectorAnswer;
    expect(Object.values(receivers).filter((address) => address === null)).toHaveLength(1);
  });

  it('refuses wrong settings before it does anything', async () => {
    const error = await failureOf(startCollector({ host: '0.0.0.0', portMain: -1, dataDir: '/proc/nothing' }));
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).problems.map(({ key }) => key)).toEqual(['host', 'portMain']);
  });

  it('closes the store when the page cannot be read', async () => {
    const store = new MemorySpanStore();
    const pageDirectory = fileURLToPath(import.meta.url);
    const error = await failureOf(startCollector(freePorts, { store, pageDirectory }));
    expect(error.message).toContain('ENOTDIR');
    await expect(store.append({ format: 1, bytes: new Uint8Array(), spanCount: 0 })).rejects.toThrow('closed');
  });

  it('can be told in the middle not to start, and then has nothing open', async () => {
    const stop = new AbortController();
    const store = new MemorySpanStore();
    const starting = startCollector({ ...freePorts, portMain: await freePort() }, { store, signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(starting).rejects.toThrow('enough');
    await expect(store.append({ format: 1, bytes: new Uint8Array(), spanCount: 0 })).rejects.toThrow('closed');
  });

  it('tells of the wish not to start as it came, not as a fault of the data directory', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'spanwise-aborted-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const error = await failureOf(startCollector({ ...freePorts, dataDir }, { signal: AbortSignal.abort() }));
    expect(error.name).toBe('AbortError');
  });

  it.each(['localhost', '::1'])('listens on %s', async (host) => {
    const { main } = await runCollector({ host });
    expect((await fetch(`${main}/health`)).status).toBe(200);
  });
});

describe('closing', () => {
  it('lets a request under way be stored and answered, takes no more, then closes the store', async () => {
    const store = new SlowStore();
    const running = await runCollector({}, { store });
    const { otlp } = running;
    const answer = post(`${otlp}/v1/traces`, 'application/x-protobuf', protobufBody(someSpan(1)));
    await store.appending;
    const closed = running.close();
    const tryAgain = (): Promise<string | number> =>
      fetch(`${otlp}/v1/traces`).then(
        ({ status }) => status,
        () => 'refused',
      );
    await expect.poll(tryAgain).toBe('refused');
    expect(store.order).toEqual([]);
    store.finish();
    expect((await answer).status).toBe(200);
    await closed;
    expect(store.order).toEqual(['stored', 'closed']);
  });

  it('may be asked for more than once', async () => {
    const running = await runCollector();
    await Promise.all([running.close(), running.close()]);
  });
});

describe('metrics', () => {
  it('count what came, what was refused and what was stored', async () => {
    const { main, otlp } = await runCollector();
    const traces = `${otlp}/v1/traces`;
    await post(traces, 'application/x-protobuf', protobufBody(someSpan(1), someSpan(0)));
    await post(traces, 'application/json', jsonBody(someSpan(2), someSpan(3)));
    await post(traces, 'application/json', '{');
    await post(traces, 'text/plain', 'x');
    const answer = await fetch(`${main}/metrics`);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = (await answer.text()).split('\n');
    for (const line of [
      'spanwise_received_spans_total{protocol="otlp-protobuf"} 2',
      'spanwise_rejected_spans_total{protocol="otlp-protobuf"} 1',
      'spanwise_stored_spans_total{protocol="otlp-protobuf"} 1',
      'spanwise_stored_spans_total{protocol="otlp-json"} 2',
      'spanwise_ingest_requests_total{protocol="otlp-protobuf",status="200"} 1',
      'spanwise_ingest_requests_total{protocol="otlp-json",status="400"} 1',
      'spanwise_ingest_requests_total{protocol="unknown",status="415"} 1',
      'spanwise_store_appended_spans_total 3',
      '# TYPE spanwise_store_journal_bytes gauge',
    ]) {
      expect(lines).toContain(line);
    }
    const delay = lines.find((line) => line.startsWith('spanwise_event_loop_delay_seconds{quantile="1"}'));
    expect(Number(delay?.split(' ')[1])).toBeGreaterThanOrEqual(0);
  });

  it('tell what is wrong with the disk when the store knows', async () => {
    class DamagedStore extends MemorySpanStore {
      override stats(): StoreStats {
        const quarantined = { quarantinedBodies: 3, quarantinedSpans: 5 };
        return { ...super.stats(), damagedFrames: 1, damagedSegments: 2, ...quarantined, workerRestarts: 4 };
      }
    }
    const damaged = await runCollector({}, { store: new DamagedStore() });
    const text = await (await fetch(`${damaged.main}/metrics`)).text();
    expect(text).toContain('\nspanwise_store_damaged_frames_total 1\n');
    expect(text).toContain('\nspanwise_store_damaged_segments_total 2\n');
    expect(text).toContain('\nspanwise_store_quarantined_bodies_total 3\n');
    expect(text).toContain('\nspanwise_store_quarantined_spans_total 5\n');
    expect(text).toContain('\nspanwise_store_worker_restarts_total 4\n');
    const memory = await runCollector();
    expect(await (await fetch(`${memory.main}/metrics`)).text()).not.toContain('quarantined');
  });
});
