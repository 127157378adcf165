import { AsyncResource } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { stat } from 'node:fs';
import { access } from 'node:fs/promises';
import { type AddressInfo, createServer, connect, type Server, type Socket } from 'node:net';
import { setImmediate, setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { MessageChannel, Worker } from 'node:worker_threads';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { MockSpan } from '../mock_tracer/mock_span.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { AsyncLocalStorageScopeManager } from './async-local-storage.ts';
import { AsyncCauses } from './debug-node.ts';
import {
  type ContextLost,
  describeReport,
  ScopeDebugger,
  type ScopeDebuggerOptions,
  type ScopeReport,
} from './debug.ts';

let reports: ContextLost[];
let tracer: MockTracer;
let stop: () => void;
beforeEach(() => watch(new AsyncCauses()));
afterEach(() => stop());

function watch(causes: AsyncCauses, options: Partial<ScopeDebuggerOptions> = {}): void {
  reports = [];
  const report = (given: ScopeReport): unknown => reports.push(given as ContextLost);
  const scopeDebugger = new ScopeDebugger({ report, causes, ...options });
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

  it('is described without frames of Node and of the library where the application has none', async () => {
    stop();
    watch(new AsyncCauses(), { reportWithoutEvidence: true });
    const open = new AsyncResource('elsewhere').runInAsyncScope(() => tracer.startActiveSpan('open'));
    await tracer.withActiveSpan('before', () => setImmediate());
    tracer.startSpan('after').finish();
    new AsyncResource('elsewhere').runInAsyncScope(() => open.close());
    const text = describeReport(reports.find(({ spanName }) => spanName === 'after')!);
    expect(text).toMatch(/resolved under the scope of span "before" \w+, by no frame of the application/);
    expect(text).not.toMatch(/AsyncHook|emitHook|node:internal\/async_hooks|AsyncCauses/);
  });

  it('in a pool, is found also through functions that waited for one another, and through what runs once', async () => {
    const pool = new (class extends Pool {
      protected override async wakened(): Promise<void> {
        await super.wakened();
        await Promise.resolve();
        await setImmediate();
        await access(import.meta.filename);
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

  it('in a pool that was woken once for two requests, is told of the one that woke it', async () => {
    const pool = new Pool();
    await setImmediate();
    const request = (name: string): Promise<void> =>
      tracer.withActiveSpan(
        name,
        () => new Promise<void>((resolve) => pool.submit(() => resolve(void tracer.startSpan(`query of ${name}`)))),
      );
    await Promise.all([request('first'), request('second')]);
    pool.end();
    await pool.worker;
    expect(reports.map(({ spanName, origin }) => [spanName, origin?.loss?.scope.spanName])).toEqual([
      ['query of first', 'first'],
    ]);
  });

  it('in a pool that is woken under a child span, is found by the trace; its job may wait before it is done', async () => {
    const pool = new Pool();
    await setImmediate();
    await tracer.withActiveSpan('request', async () => {
      const done = new Promise<void>((resolve) => {
        tracer.withActiveSpan('submit', () => {
          pool.submit(() => {
            tracer.startSpan('query');
            void setImmediate().then(resolve);
          });
        });
      });
      await done;
    });
    pool.end();
    await pool.worker;
    const [{ origin }] = reports as [ContextLost];
    expect(origin?.loss).toMatchObject({ how: 'resolved', scope: { spanName: 'submit', closed: true } });
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

  it('after a scope that was closed too early, is found also behind an await', async () => {
    const file = (async () => {
      const scope = tracer.startActiveSpan('closed early');
      const reading = (async () => {
        await access(import.meta.filename);
        tracer.startSpan('late');
      })();
      scope.close();
      return reading;
    })();
    await new AsyncResource('elsewhere').runInAsyncScope(() => tracer.withActiveSpan('another', () => file));
    const [{ origin }] = reports as [ContextLost];
    expect(origin?.loss).toMatchObject({ how: 'scheduled', scope: { spanName: 'closed early' } });
  });

  it('after a scope that was closed too early, is where a file was read', async () => {
    const ran = new Promise<void>((resolve) => {
      const scope = tracer.startActiveSpan('closed early');
      stat(import.meta.filename, () => resolve(void tracer.startSpan('late')));
      scope.close();
    });
    const other = tracer.startActiveSpan('another');
    await ran;
    other.close();
    const [{ origin }] = reports as [ContextLost];
    expect(origin?.loss).toMatchObject({ how: 'scheduled', scope: { spanName: 'closed early' } });
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
    expect(origin).toMatchObject({ type: 'TCPWRAP', answers: true, loss: null });
    expect(origin?.scheduledAt).toContain('openConnection');
    expect(openScopes).toEqual([expect.objectContaining({ spanName: 'request' })]);
    expect(describeReport(reports[0]!)).toMatch(
      /runs in a TCPWRAP[^]*came on a connection[^]*open are:\s+scope of span "request"[^]*bind it/,
    );
  });

  type Ask = (onAnswer: () => void) => void;

  /** Each gives what asks, and what ends it. Answers come in the order of what was asked. */
  const handles: [kind: string, type: string, open: () => Promise<[Ask, () => unknown]>][] = [
    [
      'the Worker',
      'MESSAGEPORT',
      async () => {
        const echo = `const { parentPort } = require('node:worker_threads'); parentPort.on('message', (m) => parentPort.postMessage(m));`;
        const worker = new Worker(echo, { eval: true });
        const ask = inOrder((answered) => worker.on('message', answered));
        return [(then) => (ask(then), worker.postMessage('question')), () => worker.terminate()];
      },
    ],
    [
      'a MessagePort',
      'MESSAGEPORT',
      async () => {
        const { port1, port2 } = new MessageChannel();
        port2.on('message', (message) => port2.postMessage(message));
        const ask = inOrder((answered) => port1.on('message', answered));
        return [(then) => (ask(then), port1.postMessage('question')), () => port1.close()];
      },
    ],
    [
      'the channel of a child process',
      'PIPEWRAP',
      async () => {
        const child = spawn(process.execPath, ['-e', `process.on('message', (m) => process.send(m))`], {
          stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        });
        const ask = inOrder((answered) => child.on('message', answered));
        return [(then) => (ask(then), child.send('question')), () => child.disconnect()];
      },
    ],
    [
      'the stdout of a child process',
      'PIPEWRAP',
      async () => {
        const child = spawn(process.execPath, ['-e', 'process.stdin.pipe(process.stdout)'], {
          stdio: ['pipe', 'pipe', 'ignore'],
        });
        const ask = inOrder((answered) => child.stdout.on('data', answered));
        return [(then) => (ask(then), child.stdin.write('question')), () => child.stdin.end()];
      },
    ],
    [
      'a socket of UDP',
      'UDPWRAP',
      async () => {
        const server = createSocket('udp4');
        server.on('message', (message, { port, address }) => server.send(message, port, address)).bind(0, '127.0.0.1');
        await once(server, 'listening');
        const client = createSocket('udp4');
        const ask = inOrder((answered) => client.on('message', answered));
        const send = (then: () => void): void => (
          ask(then),
          client.send('question', server.address().port, '127.0.0.1')
        );
        return [send, () => (client.close(), server.close())];
      },
    ],
  ];

  function inOrder(listen: (answered: () => void) => unknown): Ask {
    const waiting: (() => void)[] = [];
    listen(() => waiting.shift()?.());
    return (then) => void waiting.push(then);
  }

  it.each(handles)('on %s, is where the promise was begun that the answer settles', async (_, type, open) => {
    const [ask, end] = await open();
    await tracer.withActiveSpan('request', function request() {
      return (function waitForRows() {
        return new Promise<void>((resolve) => {
          ask(() => {
            tracer.startSpan('rows');
            resolve();
          });
        });
      })();
    });
    await end();
    expect(reports).toHaveLength(1);
    const [{ spanName, origin }] = reports as [ContextLost];
    expect(spanName).toBe('rows');
    expect(origin).toMatchObject({ answers: false, loss: { how: 'settled', type, scope: { spanName: 'request' } } });
    expect(origin?.loss?.at).toMatch(/^\s*at waitForRows /);
    expect(describeReport(reports[0]!)).toMatch(
      /then settled a promise that was begun under the scope of span "request"[^]*pending\.set\(id, tracer\.scopeManager\.bind\(callback\)\)/,
    );
  });

  it.each(handles)('on %s, is nowhere when what came is no answer to an open scope', async (_, _type, open) => {
    const [ask, end] = await open();
    const other = new AsyncResource('elsewhere').runInAsyncScope(() => tracer.startActiveSpan('request'));
    const pushed = async (then: () => void): Promise<void> => {
      tracer.startSpan('pushed').finish();
      await setImmediate();
      then();
    };
    await new Promise<void>((resolve) => ask(() => void pushed(resolve)));
    // The next one settles a promise of an open scope, and has started no root.
    await new AsyncResource('elsewhere').runInAsyncScope(() =>
      tracer.withActiveSpan('asking', () => new Promise<void>((resolve) => ask(resolve))),
    );
    new AsyncResource('elsewhere').runInAsyncScope(() => other.close());
    await end();
    expect(reports.filter(({ kind }) => kind === 'context-lost')).toEqual([]);
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

  it('is unknown in a queue that a timer empties; when it is to be reported, the report says who started the timer', async () => {
    stop();
    watch(new AsyncCauses(), { reportWithoutEvidence: true });
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
    expect(origin).toMatchObject({ type: 'Timeout', answers: false, loss: null });
    expect(origin?.scheduledAt).toMatch(/^\s*at startDraining /);
    expect(describeReport(reports[0]!)).toMatch(/"request"[^]*queue\.push\(tracer\.scopeManager\.bind\(job\)\)/);
  });

  it('is unknown where nothing tells of a queue, and then the report tells of none', async () => {
    stop();
    watch(new AsyncCauses(), { reportWithoutEvidence: true });
    const open = new AsyncResource('elsewhere').runInAsyncScope(() => tracer.startActiveSpan('open'));
    await setImmediate();
    tracer.startSpan('lost');
    new AsyncResource('elsewhere').runInAsyncScope(() => open.close());
    const text = describeReport(reports[0]!);
    expect(text).toContain('by scopeManager.bind(fn) where the function was made');
    expect(text).not.toContain('queue');
  });
});

describe('a root for which nothing says that context was lost', () => {
  /** Calls `work` while the scope of a request is open. */
  async function besideARequest(work: () => unknown): Promise<void> {
    const other = new AsyncResource('elsewhere').runInAsyncScope(() => tracer.startActiveSpan('request'));
    await work();
    new AsyncResource('elsewhere').runInAsyncScope(() => other.close());
    reports = reports.filter(({ kind }) => kind === 'context-lost');
  }

  const namesOf = (spans: MockSpan[]): string[] => spans.map((span) => span.operationName());

  it('is not reported of a timer, also where its job has waited', async () => {
    await besideARequest(async () => {
      let rounds = 0;
      await new Promise<void>((resolve) => {
        const job = async (): Promise<void> => {
          tracer.startSpan('tick').finish();
          await setImmediate();
          tracer.startSpan('tock').finish();
          if (++rounds < 2) return;
          clearInterval(timer);
          resolve();
        };
        const timer = setInterval(() => void job(), 1);
      });
    });
    expect(namesOf(tracer.finishedSpans())).toEqual(expect.arrayContaining(['tick', 'tock', 'request']));
    expect(reports).toEqual([]);
  });

  /** Calls `begin` in a scope that is closed by hand, so that the context of what it begins has a closed scope. */
  /** A server that starts a span for each question is asked beside a request. */
  async function askAServer(listen: (server: Server) => unknown): Promise<void> {
    const server = createServer((peer) => peer.on('data', () => void (tracer.startSpan('serve'), peer.end())));
    listen(server);
    await once(server, 'listening');
    await besideARequest(async () => {
      const client = connect((server.address() as AddressInfo).port);
      client.end('question').resume();
      await once(client, 'close');
    });
    server.close();
    expect(namesOf(tracer.unfinishedSpans())).toContain('serve');
  }

  function inAScopeClosedByHand(begin: () => void): void {
    new AsyncResource('elsewhere').runInAsyncScope(() => {
      const scope = tracer.startActiveSpan('first request');
      begin();
      scope.close();
    });
  }

  it('is not reported of a timer that the first request has begun for all', async () => {
    let timer: NodeJS.Timeout | undefined;
    const job = async (done: () => void): Promise<void> => {
      tracer.startSpan('tick').finish();
      await setImmediate();
      tracer.startSpan('tock').finish();
      setTimeout(() => {
        tracer.startSpan('later').finish();
        done();
      }, 1);
    };
    const ticked = new Promise<void>((resolve) => {
      inAScopeClosedByHand(() => {
        timer = setInterval(() => void job(resolve), 1);
      });
    });
    await besideARequest(() => ticked);
    clearInterval(timer);
    expect(namesOf(tracer.finishedSpans())).toEqual(expect.arrayContaining(['tick', 'tock', 'later']));
    expect(reports).toEqual([]);
  });

  it('is not reported of a worker whom such a timer wakes, also when a request has begun the timer', async () => {
    const pool = new Pool();
    await setImmediate();
    let timer: NodeJS.Timeout | undefined;
    const ran = new Promise<void>((resolve) => {
      inAScopeClosedByHand(() => {
        timer = setInterval(() => pool.submit(() => resolve(void tracer.startSpan('job'))), 1);
      });
    });
    await besideARequest(() => ran);
    clearInterval(timer);
    pool.end();
    await pool.worker;
    expect(namesOf(tracer.unfinishedSpans())).toContain('job');
    expect(reports).toEqual([]);
  });

  it('is not reported of what comes in on a server that the first request has opened for all', async () => {
    await askAServer((server) => inAScopeClosedByHand(() => server.listen(0)));
    expect(reports).toEqual([]);
  });

  it('is reported of a connection that the first request has opened for all, as what came on it', async () => {
    const server = createServer((peer) => peer.pipe(peer)).listen(0);
    await once(server, 'listening');
    let connection!: Socket;
    inAScopeClosedByHand(() => (connection = connect((server.address() as AddressInfo).port)));
    await once(connection, 'connect');
    await besideARequest(async () => {
      await new Promise<void>((resolve) => {
        connection.once('data', () => resolve(void tracer.startSpan('answer')));
        connection.write('question');
      });
    });
    connection.destroy();
    server.close();
    expect(reports.map(({ spanName, origin }) => [spanName, origin?.answers, origin?.loss])).toEqual([
      ['answer', true, null],
    ]);
  });

  it('is not reported of a loop that polls', async () => {
    await besideARequest(async () => {
      for (let round = 0; round < 3; round++) {
        await setImmediate();
        tracer.startSpan('poll').finish();
      }
    });
    expect(namesOf(tracer.finishedSpans())).toEqual(['poll', 'poll', 'poll', 'request']);
    expect(reports).toEqual([]);
  });

  it('is not reported of workers that await their own spans', async () => {
    const worker = async (jobs: number[]): Promise<void> => {
      for (const ms of jobs) await tracer.withActiveSpan('job', () => setTimeoutPromise(ms));
    };
    await Promise.all([worker([1, 2, 1, 2, 1]), worker([2, 1, 2, 1, 2])]);
    expect(namesOf(tracer.finishedSpans())).toHaveLength(10);
    expect(reports).toEqual([]);
  });

  const withFunction = (): Promise<void> => tracer.withActiveSpan('traced', () => setImmediate());

  const byHand = async (): Promise<void> => {
    const scope = tracer.startActiveSpan('traced');
    await setImmediate();
    scope.close();
    await setImmediate();
  };

  it.each([withFunction, byHand])(
    'is not reported after a function that opened a scope of its own (%o)',
    async (traced) => {
      await besideARequest(async () => {
        await traced();
        tracer.startSpan('summary').finish();
        await setImmediate();
        tracer.startSpan('later').finish();
      });
      expect(namesOf(tracer.finishedSpans())).toEqual(['traced', 'summary', 'later', 'request']);
      expect(reports).toEqual([]);
    },
  );

  type Loop = (name: string) => Promise<void>;

  const loopOf =
    (job: () => Promise<unknown>): Loop =>
    async (name) => {
      for (let round = 0; round < 3; round++) {
        const scope = tracer.startActiveSpan(`${name}${round}`);
        try {
          await job();
        } finally {
          scope.close();
        }
      }
    };

  const loops: [what: string, loop: Loop][] = [
    ['awaits once', loopOf(() => setTimeoutPromise(1))],
    ['awaits a promise that is settled', loopOf(() => Promise.resolve())],
    [
      'calls what awaits',
      loopOf(async () => {
        await setImmediate();
        await setTimeoutPromise(1);
      }),
    ],
    [
      'awaits several times, and after the close',
      async (name) => {
        for (let round = 0; round < 3; round++) {
          using scope = tracer.startActiveSpan(`${name}${round}`);
          await setImmediate();
          await setTimeoutPromise(1);
          scope.close();
          await setTimeoutPromise(1);
          await setImmediate();
        }
      },
    ],
    [
      'goes on by callbacks',
      (name) =>
        new Promise((resolve) => {
          const turn = (round: number): void => {
            if (round === 3) return resolve();
            const scope = tracer.startActiveSpan(`${name}${round}`);
            stat(import.meta.filename, () => {
              setTimeout(() => {
                scope.close();
                turn(round + 1);
              }, 1);
            });
          };
          turn(0);
        }),
    ],
  ];

  it.each(loops)('is not reported of loops that close their own scopes: one that %s', async (_, loop) => {
    // Each begins for itself: what a loop activates before its first await, its caller has as well.
    await besideARequest(() => Promise.all(['a', 'b'].map((name) => setImmediate().then(() => loop(name)))));
    expect(namesOf(tracer.finishedSpans())).toHaveLength(7);
    expect(reports).toEqual([]);
  });

  it('is reported of what such a loop leaves behind', async () => {
    const left: Promise<void>[] = [];
    const loop = loopOf(async () => {
      await setImmediate();
      left.push(setTimeoutPromise(5).then(() => void tracer.startSpan('late')));
    });
    await besideARequest(async () => {
      await loop('a');
      await Promise.all(left);
    });
    expect(reports.map(({ spanName, origin }) => [spanName, origin?.loss?.how, origin?.loss?.scope.spanName])).toEqual(
      ['a0', 'a1', 'a2'].map((scope) => ['late', 'scheduled', scope]),
    );
  });

  it('is reported of a resource whose later call finds the scope closed, and not of what an earlier call began', async () => {
    await besideARequest(async () => {
      let ended: Promise<void> | undefined;
      const resource = new AsyncResource('elsewhere').runInAsyncScope(() => {
        const scope = tracer.startActiveSpan('open');
        const begun = new AsyncResource('begun under it');
        begun.runInAsyncScope(() => {
          scope.close();
          tracer.startSpan('in time');
          ended = setImmediate().then(() => void tracer.startSpan('after it'));
        });
        return begun;
      });
      resource.runInAsyncScope(() => tracer.startSpan('late'));
      await ended;
    });
    expect(namesOf(tracer.unfinishedSpans())).toEqual(['in time', 'late', 'after it']);
    expect(reports.map(({ spanName }) => spanName)).toEqual(['late']);
  });

  it.each([false, true])(
    'is not reported of who waited for what was made ready under a span (it goes on: %s)',
    async (on) => {
      let resolveReady!: () => void;
      const ready = new Promise<void>((resolve) => (resolveReady = resolve));
      const waiting = (async () => {
        await ready;
        await tracer.withActiveSpan('first', () => setImmediate());
        tracer.startSpan('second').finish();
      })();
      await besideARequest(async () => {
        await tracer.withActiveSpan('setup', async () => {
          resolveReady();
          if (on) await waiting;
        });
        await waiting;
      });
      expect(namesOf(tracer.finishedSpans())).toEqual(expect.arrayContaining(['setup', 'first', 'second']));
      expect(reports).toEqual([]);
    },
  );

  it.each<[string, () => AsyncIterable<number>]>([
    [
      'yields at once',
      () =>
        tracer.withActiveSpan('rows', async function* () {
          yield* [1, 2];
        }),
    ],
    [
      'waits before it yields',
      () =>
        tracer.withActiveSpan('rows', async function* () {
          for (const row of [1, 2]) {
            await setTimeoutPromise(1);
            yield row;
          }
        }),
    ],
    [
      'is wrapped',
      () =>
        tracer.wrap('rows', async function* () {
          yield* [1, 2];
        })(),
    ],
    [
      'is read as a stream',
      () =>
        Readable.from(
          tracer.withActiveSpan('rows', async function* () {
            yield* [1, 2];
          }),
        ),
    ],
  ])('is not reported of who reads a traced generator that %s, but of a loss beside it', async (_, rows) => {
    for await (const _row of rows()) tracer.startSpan('row').finish();
    expect(reports).toEqual([]);
    const pool = new Pool();
    await setImmediate();
    for await (const row of rows()) {
      tracer.startSpan('row').finish();
      if (row !== 1) continue;
      await tracer.withActiveSpan(
        'request',
        () => new Promise<void>((done) => pool.submit(() => (tracer.startSpan('job').finish(), done()))),
      );
    }
    pool.end();
    expect(reports.map(({ spanName }) => spanName)).toEqual(['job']);
  });

  it('is not reported of those that take turns with a lock', async () => {
    const waiting: (() => void)[] = [];
    let held = false;
    const acquire = async (): Promise<void> => {
      if (held) await new Promise<void>((resolve) => waiting.push(resolve));
      held = true;
    };
    const release = (): void => {
      held = false;
      waiting.shift()?.();
    };
    const worker = async (): Promise<void> => {
      for (let round = 0; round < 3; round++) {
        await acquire();
        await tracer.withActiveSpan('locked', async () => {
          await setImmediate();
          release();
        });
      }
    };
    await besideARequest(() => Promise.all([worker(), worker(), worker()]));
    expect(namesOf(tracer.finishedSpans())).toHaveLength(10);
    expect(reports).toEqual([]);
  });

  it('is not reported of what comes in on a server', async () => {
    await askAServer((server) => server.listen(0));
    expect(reports).toEqual([]);
  });

  it('is reported of a connection that was opened, also when the limit has left it behind, and not of a timer started there', async () => {
    stop();
    watch(new AsyncCauses({ limit: 50 }));
    const server = createServer((peer) => peer.pipe(peer)).listen(0);
    await once(server, 'listening');
    const connection = connect((server.address() as AddressInfo).port);
    await once(connection, 'connect');
    for (let made = 0; made < 100; made++) void new AsyncResource('other');
    await besideARequest(async () => {
      await new Promise<void>((resolve) => {
        connection.once('data', () => {
          tracer.startSpan('answer');
          setTimeout(() => resolve(void tracer.startSpan('tick')), 1);
        });
        connection.write('question');
      });
    });
    connection.destroy();
    server.close();
    expect(reports.map(({ spanName, origin }) => [spanName, origin?.answers])).toEqual([['answer', true]]);
  });
});

describe('a wrong parent', () => {
  type Connection = { id: number };

  /** A pool of one connection, whose waiters are functions: the release calls the next one. */
  class CallbackPool {
    private free: Connection | undefined = { id: 1 };
    private readonly waiting: ((connection: Connection) => void)[] = [];

    acquire(use: (connection: Connection) => void): void {
      const connection = this.free;
      if (connection === undefined) return void this.waiting.push(use);
      this.free = undefined;
      use(connection);
    }

    release(connection: Connection): void {
      const next = this.waiting.shift();
      if (next === undefined) this.free = connection;
      else next(connection);
    }
  }

  /** Two requests that need the connection at once. Gives the name of the parent of each query. */
  async function parents(query: (name: string, pool: CallbackPool) => Promise<void>): Promise<string[]> {
    const pool = new CallbackPool();
    const request = (name: string): Promise<void> => tracer.withActiveSpan(name, () => query(name, pool));
    await Promise.all([request('first'), request('second')]);
    const spans = tracer.report().spans;
    return spans
      .filter((span) => span.operationName().startsWith('query'))
      .map((span) => spans.find((other) => other.uuid() === span.parentId())?.operationName() ?? 'none');
  }

  const later = async (then: () => void): Promise<void> => {
    await setImmediate();
    then();
  };

  it('is not found where another request calls a waiter: to Node it is a function of that request', async () => {
    const found = await parents(
      (name, pool) =>
        new Promise<void>((resolve) => {
          pool.acquire((connection) => {
            tracer.startSpan(`query of ${name}`).finish();
            void later(() => {
              pool.release(connection);
              resolve();
            });
          });
        }),
    );
    // The second one should be "second".
    expect(found).toEqual(['first', 'first']);
    expect(reports).toEqual([]);
  });

  it('is none where the waiter is bound', async () => {
    const found = await parents(
      (name, pool) =>
        new Promise<void>((resolve) => {
          const use = (connection: Connection): void => {
            tracer.startSpan(`query of ${name}`).finish();
            void later(() => {
              pool.release(connection);
              resolve();
            });
          };
          pool.acquire(tracer.scopeManager.bind(use));
        }),
    );
    expect(found).toEqual(['first', 'second']);
    expect(reports).toEqual([]);
  });

  it('is none where the waiter resolves a promise, and nothing is reported there either', async () => {
    const found = await parents(async (name, pool) => {
      const connection = await new Promise<Connection>((resolve) => pool.acquire(resolve));
      tracer.startSpan(`query of ${name}`).finish();
      await later(() => pool.release(connection));
    });
    expect(found).toEqual(['first', 'second']);
    expect(reports).toEqual([]);
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
    watch(new AsyncCauses({ limit: 3 }), { reportWithoutEvidence: true });
    const resources = ['A', 'B', 'C', 'D'].map((type) => new AsyncResource(type));
    const open = tracer.startActiveSpan('open');
    for (const resource of resources) resource.runInAsyncScope(() => tracer.startSpan('lost'));
    open.close();
    expect(reports.map(({ origin }) => origin?.type)).toEqual([undefined, 'B', 'C', 'D']);
  });

  it('is told to one ScopeDebugger at a time: a second is refused, and changes nothing', () => {
    stop();
    const causes = new AsyncCauses();
    watch(causes, { reportWithoutEvidence: true });
    const second = new ScopeDebugger({ causes });
    const refused = new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager({ watcher: second }) });
    expect(() => second.watch(refused)).toThrow(
      'AsyncCauses: another ScopeDebugger has this one; give each its own, { causes: new AsyncCauses() }',
    );
    expect(Object.hasOwn(refused, 'startSpan')).toBe(false);

    const open = tracer.startActiveSpan('open');
    const resource = new AsyncResource('begun under it');
    new AsyncResource('elsewhere').runInAsyncScope(() => open.close());
    const another = tracer.startActiveSpan('another', { ignoreActiveSpan: true });
    resource.runInAsyncScope(() => tracer.startSpan('lost'));
    another.close();
    expect(reports.find(({ kind }) => kind === 'context-lost')?.origin?.loss?.scope.spanName).toBe('open');

    stop();
    const unwatch = second.watch(refused);
    expect(Object.hasOwn(refused, 'startSpan')).toBe(true);
    unwatch();
  });

  it('is nothing, and no stack is taken any more, when the ScopeDebugger has ended its watches', async () => {
    stop();
    const causes = new AsyncCauses();
    for (let round = 0; round < 2; round++) {
      watch(causes);
      await setImmediate();
      expect(causes.origin()).not.toBeNull();
      stop();
      await setImmediate();
      expect(causes.origin()).toBeNull();
    }
  });

  it.each([0, -1, 1.5, Number.NaN])('is limited by a positive integer, not %d', (limit) => {
    expect(() => new AsyncCauses({ limit })).toThrow(`must be a positive integer, was ${limit}`);
  });
});
