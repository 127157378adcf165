import { AsyncResource } from 'node:async_hooks';
import { once } from 'node:events';
import { type AddressInfo, createServer, connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { AsyncLocalStorageScopeManager } from './async-local-storage.ts';
import { AsyncCauses } from './debug-node.ts';
import { type ContextLost, describeReport, ScopeDebugger, type ScopeReport } from './debug.ts';

let reports: ContextLost[];
let tracer: MockTracer;
let stop: () => void;
beforeEach(() => watch(new AsyncCauses()));
afterEach(() => stop());

function watch(causes: AsyncCauses): void {
  reports = [];
  const report = (given: ScopeReport): unknown => reports.push(given as ContextLost);
  const scopeDebugger = new ScopeDebugger({ report, causes });
  tracer = new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager({ watcher: scopeDebugger }) });
  stop = scopeDebugger.watch(tracer);
}

/** A pool as there are many: its worker was begun at the start, and is woken by who has work. */
class Pool {
  private readonly jobs: (() => void)[] = [];
  private wake: () => void = () => {};
  private ended = false;
  readonly worker: Promise<void> = this.work();

  submit(job: () => void): void {
    this.jobs.push(job);
    this.wake();
  }

  end(): void {
    this.ended = true;
    this.wake();
  }

  protected wakened(): Promise<void> {
    return new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }

  private async work(): Promise<void> {
    while (!this.ended) {
      await this.wakened();
      for (const job of this.jobs.splice(0)) job();
    }
  }
}

describe('where context was lost', () => {
  it('in a pool, is where the promise was resolved that its worker waited for', async () => {
    const pool = new Pool();
    await setImmediate();
    await tracer.withActiveSpan('request', async () => {
      await new Promise<void>((resolve) => {
        (function query() {
          pool.submit(function job() {
            tracer.startSpan('query');
            resolve();
          });
        })();
      });
    });
    pool.end();
    await pool.worker;
    expect(reports).toHaveLength(1);
    const [{ origin, startedAt }] = reports as [ContextLost];
    expect(startedAt).toContain('job');
    expect(origin).toMatchObject({ type: 'PROMISE', loss: { how: 'resolved', scope: { spanName: 'request' } } });
    // The worker was scheduled by its own await, and the loss is where it was woken.
    expect(origin?.scheduledAt).toContain('Pool.work');
    expect(origin?.loss?.at).toMatch(/^\s*at Pool\.submit .*\n\s*at query /);
    const text = describeReport(reports[0]!);
    for (const part of ['Pool.submit', 'scopeManager.bind(job)', '"request"']) expect(text).toContain(part);
  });

  it('in a pool, is found also through functions that waited for one another, and through what runs once', async () => {
    const pool = new (class extends Pool {
      protected override async wakened(): Promise<void> {
        await super.wakened();
        await Promise.resolve();
        await setImmediate();
      }
    })();
    await tracer.withActiveSpan('request', async () => {
      await new Promise<void>((resolve) => {
        pool.submit(() => {
          tracer.startSpan('query');
          resolve();
        });
      });
    });
    pool.end();
    await pool.worker;
    const [{ origin }] = reports as [ContextLost];
    expect(origin?.loss).toMatchObject({ how: 'resolved', scope: { spanName: 'request' } });
    expect(origin?.loss?.at).toContain('Pool.submit');
  });

  it('in a pool that was woken twice, is where that happened first', async () => {
    const pool = new Pool();
    await setImmediate();
    const ran = new Promise<void>((resolve) => {
      const job = (): void => {
        tracer.startSpan('query');
        resolve();
      };
      for (const name of ['first', 'second']) {
        const scope = tracer.startActiveSpan(name, { ignoreActiveSpan: true });
        pool.submit(job);
        scope.close();
      }
    });
    const open = tracer.startActiveSpan('open');
    await ran;
    open.close();
    pool.end();
    await pool.worker;
    expect(reports.map(({ origin }) => origin?.loss?.scope.spanName)).toEqual(['first', 'first']);
  });

  it('in a pool whose jobs are bound, is nowhere', async () => {
    const pool = new Pool();
    await tracer.withActiveSpan('request', async () => {
      await new Promise<void>((resolve) => {
        pool.submit(
          tracer.scopeManager.bind(() => {
            tracer.startSpan('query');
            resolve();
          }),
        );
      });
    });
    pool.end();
    await pool.worker;
    expect(reports).toEqual([]);
    const [query, request] = ['query', 'request'].map((name) =>
      tracer.report().spans.find((s) => s.operationName() === name),
    );
    expect(query?.parentId()).toBe(request?.context().toSpanId());
  });

  it('after a scope that was closed too early, is where the work was scheduled', async () => {
    const ran = new Promise<void>((resolve) => {
      const scope = tracer.startActiveSpan('closed early');
      setTimeout(function late() {
        tracer.startSpan('late');
        resolve();
      }, 1);
      scope.close();
    });
    const other = tracer.startActiveSpan('another');
    await ran;
    other.close();
    expect(reports).toEqual([
      expect.objectContaining({
        spanName: 'late',
        origin: expect.objectContaining({
          type: 'Timeout',
          loss: expect.objectContaining({
            how: 'scheduled',
            scope: expect.objectContaining({ spanName: 'closed early', closed: true }),
          }),
        }),
      }),
    ]);
    expect(describeReport(reports[0]!)).toContain('was closed before');
  });

  it('after a scope that was closed too early, is found also from what the work began', async () => {
    const ran = new Promise<void>((resolve) => {
      const scope = tracer.startActiveSpan('closed early');
      setTimeout(() => {
        setTimeout(() => {
          tracer.startSpan('later');
          resolve();
        }, 1);
      }, 1);
      scope.close();
    });
    const other = tracer.startActiveSpan('another');
    await ran;
    other.close();
    const [{ origin }] = reports as [ContextLost];
    expect(origin?.loss).toMatchObject({ how: 'scheduled', scope: { spanName: 'closed early' } });
  });

  it('on a connection that is kept, is unknown; the report says where the connection was made, and what is open', async () => {
    const server = createServer((peer) => peer.pipe(peer)).listen(0);
    await once(server, 'listening');
    const connection = (function openConnection() {
      return connect((server.address() as AddressInfo).port);
    })();
    await once(connection, 'connect');
    const waiting: (() => void)[] = [];
    connection.on('data', () => waiting.shift()?.());
    await tracer.withActiveSpan('request', async () => query(connection, waiting));
    connection.destroy();
    server.close();
    await once(server, 'close');
    expect(reports).toHaveLength(1);
    const [{ origin, openScopes }] = reports as [ContextLost];
    expect(origin).toMatchObject({ type: 'TCPWRAP', loss: null });
    expect(origin?.scheduledAt).toContain('openConnection');
    expect(openScopes).toEqual([expect.objectContaining({ spanName: 'request' })]);
    expect(describeReport(reports[0]!)).toMatch(/runs in a TCPWRAP[^]*open are:\s+scope of span "request"[^]*bind it/);
  });

  async function query(connection: Socket, waiting: (() => void)[]): Promise<void> {
    await new Promise<void>((resolve) => {
      waiting.push(() => {
        tracer.startSpan('rows');
        resolve();
      });
      connection.write('select');
    });
  }

  it('is unknown in a queue that a timer empties; the report says who started the timer', async () => {
    const queue: (() => void)[] = [];
    const timer = (function startDraining() {
      return setInterval(() => {
        for (const job of queue.splice(0)) job();
      }, 1);
    })();
    await tracer.withActiveSpan('request', async () => {
      await new Promise<void>((resolve) => {
        queue.push(() => {
          tracer.startSpan('lost');
          resolve();
        });
      });
    });
    clearInterval(timer);
    const [{ origin }] = reports as [ContextLost];
    expect(origin).toMatchObject({ type: 'Timeout', loss: null });
    expect(origin?.scheduledAt).toMatch(/^\s*at startDraining /);
    expect(describeReport(reports[0]!)).toContain('"request"');
  });
});

describe('what was begun in runDetached', () => {
  it('starts roots by right, also asynchronously', async () => {
    const open = tracer.startActiveSpan('open');
    await tracer.scopeManager.runDetached(async () => {
      await setImmediate();
      await setImmediate();
      tracer.startSpan('refresh');
    });
    expect(reports).toEqual([]);
    open.close();
  });
});

describe('what AsyncCauses remembers', () => {
  it('is bounded: the oldest is forgotten, and its origin unknown', () => {
    stop();
    watch(new AsyncCauses({ limit: 3 }));
    const resources = ['A', 'B', 'C', 'D'].map((type) => new AsyncResource(type));
    const open = tracer.startActiveSpan('open');
    for (const resource of resources) resource.runInAsyncScope(() => tracer.startSpan('lost'));
    open.close();
    expect(reports.map(({ origin }) => origin?.type)).toEqual([undefined, 'B', 'C', 'D']);
  });

  it.each([0, -1, 1.5, Number.NaN])('is limited by a positive integer, not %d', (limit) => {
    expect(() => new AsyncCauses({ limit })).toThrow(`must be a positive integer, was ${limit}`);
  });
});
