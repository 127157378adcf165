import { AsyncResource } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, stat } from 'node:fs';
import { createServer as createHttpServer, get } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { devNull } from 'node:os';
import { finished } from 'node:stream/promises';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Scope } from '../contract.ts';
import type { MockSpan } from '../mock_tracer/mock_span.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { AsyncLocalStorageScopeManager } from './async-local-storage.ts';
import { AsyncCauses } from './debug-node.ts';
import { type ContextLost, ScopeDebugger, type ScopeReport } from './debug.ts';

let reports: ScopeReport[];
let tracer: MockTracer;
let stop: () => void;
beforeEach(() => {
  reports = [];
  const scopeDebugger = new ScopeDebugger({ report: (report) => reports.push(report), causes: new AsyncCauses() });
  tracer = new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager({ watcher: scopeDebugger }) });
  stop = scopeDebugger.watch(tracer);
});
afterEach(() => stop());

/** It ends each connection at once. */
const farewell = createServer((peer) => peer.end('x'));
const echo = createServer((peer) => peer.pipe(peer));
const httpServer = createHttpServer((_, response) => response.end('x'));
const servers = [farewell, echo, httpServer];
beforeAll(() => Promise.all(servers.map((server) => once(server.listen(0), 'listening'))));
afterAll(() => servers.forEach((server) => server.close()));

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Calls `work` while the scope of a request is open elsewhere. */
async function besideARequest(work: () => unknown): Promise<void> {
  const request = new AsyncResource('elsewhere').runInAsyncScope(() => tracer.startActiveSpan('request'));
  await work();
  new AsyncResource('elsewhere').runInAsyncScope(() => request.close());
}

function lost(): [span: string, how: string | undefined, scope: string | null | undefined][] {
  return reports
    .filter((report): report is ContextLost => report.kind === 'context-lost')
    .map(({ spanName, origin }) => [spanName, origin?.loss?.how, origin?.loss?.scope.spanName]);
}

/** Goes on by itself until the scope is closed, and waits for nothing of what closes it. */
async function outliving(scope: Scope): Promise<void> {
  while (!(scope.span as MockSpan).isFinished()) await sleep(1);
}

function startLate(): void {
  tracer.startSpan('late').finish();
}

/** Begun under the scope, it starts a root after the close. */
async function outlive(scope: Scope): Promise<void> {
  await outliving(scope);
  startLate();
}

/** Opens a scope in the context of its caller, and says so. */
type Open = () => Scope;
type Shape = [name: string, shape: (open: Open) => Promise<unknown>];

async function tryFinally(open: Open): Promise<void> {
  const scope = open();
  try {
    await sleep(1);
  } finally {
    scope.close();
  }
}

/** Resolves by `resolveBy` after a callback has closed the scope. */
async function afterCallback(open: Open, resolveBy: (resolve: () => void) => unknown): Promise<void> {
  const scope = open();
  return new Promise<void>((resolve) => {
    stat(import.meta.filename, () => {
      scope.close();
      resolveBy(resolve);
    });
  });
}

const awaited: Shape[] = [
  ['the function that closes', tryFinally],
  ['a function that returns its promise', async (open) => tryFinally(open)],
  [
    'a function that awaits it and more',
    async (open) => {
      await tryFinally(open);
      await sleep(1);
    },
  ],
  ['Promise.all', (open) => Promise.all([immediate(), tryFinally(open)])],
  [
    'Promise.all, which something else settles in the end',
    (open) =>
      Promise.all([
        tryFinally(open),
        sleep(1)
          .then(() => sleep(1))
          .then(() => sleep(1)),
      ]),
  ],
  [
    'Promise.allSettled, which something else settles in the end',
    async (open) =>
      Promise.allSettled([
        tryFinally(open),
        sleep(1)
          .then(() => sleep(1))
          .then(() => sleep(1)),
      ]),
  ],
  ['Promise.race', (open) => Promise.race([tryFinally(open), new Promise(() => {})])],
  ['Promise.any', (open) => Promise.any([tryFinally(open), new Promise(() => {})])],
  [
    'a chain of then',
    async (open) =>
      tryFinally(open)
        .then(() => 1)
        .then(() => 2),
  ],
  [
    'its promise, after something else',
    async (open) => {
      const promise = tryFinally(open);
      await sleep(1)
        .then(() => sleep(1))
        .then(() => sleep(1));
      await promise;
    },
  ],
  ['a promise that was resolved with its promise', (open) => new Promise<void>((resolve) => resolve(tryFinally(open)))],
  [
    'a function that awaits what closes in finally',
    async (open) => {
      const scope = open();
      await sleep(1).finally(() => scope.close());
    },
  ],
  [
    'a function that returns what closes in finally',
    async (open) => {
      const scope = open();
      return sleep(1).finally(() => scope.close());
    },
  ],
  [
    'a function that returns what closes in then',
    async (open) => {
      const scope = open();
      return sleep(1).then(() => scope.close());
    },
  ],
  [
    'a function that rejects',
    async (open) => {
      const failing = async (): Promise<never> => {
        await tryFinally(open);
        throw new Error('failed');
      };
      await failing().catch(() => {});
    },
  ],
  [
    'a generator that closes between its steps',
    async (open) => {
      const steps = async function* (): AsyncGenerator<number> {
        const scope = open();
        yield 1;
        await sleep(1);
        scope.close();
        yield 2;
      };
      for await (const step of steps()) if (step === 2) await immediate();
    },
  ],
];

const calledBack: Shape[] = [
  ['what resolves at once', (open) => afterCallback(open, (resolve) => resolve())],
  ['setImmediate', (open) => afterCallback(open, (resolve) => setImmediate(resolve))],
  ['process.nextTick', (open) => afterCallback(open, (resolve) => process.nextTick(resolve))],
  ['queueMicrotask', (open) => afterCallback(open, (resolve) => queueMicrotask(resolve))],
  ['setTimeout', (open) => afterCallback(open, (resolve) => setTimeout(resolve, 1))],
  ['another callback', (open) => afterCallback(open, (resolve) => stat(import.meta.filename, () => resolve()))],
  [
    'a bound function that closes, called by what resolves',
    (open) => {
      const scope = open();
      const close = AsyncResource.bind(() => scope.close());
      return new Promise<void>((resolve) => {
        stat(import.meta.filename, () => {
          close();
          setImmediate(resolve);
        });
      });
    },
  ],
  [
    'a bound function that resolves, called by what closes',
    (open) => {
      const scope = open();
      return new Promise<void>((resolve) => {
        const done = AsyncResource.bind(() => resolve());
        stat(import.meta.filename, () => {
          scope.close();
          done();
        });
      });
    },
  ],
  [
    'a stream that closes after its finish',
    async (open) => {
      const scope = open();
      const stream = createReadStream(import.meta.filename).pipe(createWriteStream(devNull));
      stream.on('finish', () => scope.close());
      return once(stream, 'close');
    },
  ],
  [
    'a stream that closes after its end',
    async (open) => {
      const scope = open();
      const stream = createReadStream(import.meta.filename).resume();
      stream.on('end', () => scope.close());
      return once(stream, 'close');
    },
  ],
  [
    'a stream, as stream/promises has it',
    async (open) => {
      const scope = open();
      const stream = createReadStream(import.meta.filename).resume();
      stream.on('end', () => scope.close());
      return finished(stream);
    },
  ],
  [
    'a connection that closes after its end',
    async (open) => {
      const scope = open();
      const connection = connect(portOf(farewell)).resume();
      connection.on('end', () => scope.close());
      return once(connection, 'close');
    },
  ],
  [
    'an answer by HTTP that closes after its end',
    async (open) => {
      const scope = open();
      return new Promise<void>((resolve) => {
        const request = get({ port: portOf(httpServer), agent: false }, (response) => {
          response.resume().on('end', () => scope.close());
        });
        request.on('close', () => setImmediate(resolve));
      });
    },
  ],
  [
    'a process that closes after its exit',
    async (open) => {
      const scope = open();
      const child = spawn(process.execPath, ['--version']);
      child.stdout.resume();
      child.on('exit', () => scope.close());
      return once(child, 'close');
    },
  ],
  [
    'a worker that exits after its message',
    async (open) => {
      const scope = open();
      const worker = new Worker(`require('node:worker_threads').parentPort.postMessage('x')`, { eval: true });
      worker.on('message', () => scope.close());
      return once(worker, 'exit');
    },
  ],
];

describe('a root after work under a scope that was closed by hand', () => {
  it.each([...awaited, ...calledBack])(
    'is not reported where it waited for %s; what outlives the scope beside it is',
    async (_, shape) => {
      const left: Promise<void>[] = [];
      await besideARequest(async () => {
        await shape(() => {
          const scope = tracer.startActiveSpan('traced');
          left.push(outlive(scope));
          return scope;
        });
        tracer.startSpan('next').finish();
        await Promise.all(left);
      });
      const { spans } = tracer.report();
      expect(spans.find((span) => span.operationName() === 'next')?.parentId()).toBeUndefined();
      expect(left).toHaveLength(1);
      expect(lost()).toEqual([['late', 'scheduled', 'traced']]);
    },
  );

  it('is not reported where loops close scopes of their own, one after the other', async () => {
    await besideARequest(async () => {
      for (let round = 0; round < 30; round++) {
        await Promise.all([tryFinally(() => tracer.startActiveSpan('traced')), immediate()]);
        tracer.startSpan('next').finish();
      }
    });
    expect(lost()).toEqual([]);
  });

  it('is reported where what closes has begun it before', async () => {
    const left: Promise<void>[] = [];
    await besideARequest(async () => {
      const scope = tracer.startActiveSpan('traced');
      await sleep(1).then(() => {
        left.push(sleep(1).then(startLate));
        scope.close();
      });
      await Promise.all(left);
    });
    expect(lost()).toEqual([['late', 'scheduled', 'traced']]);
  });

  it('is reported where another Promise.all of the same function waits for what closes', async () => {
    await besideARequest(async () => {
      await (async () => {
        const scope = tracer.startActiveSpan('traced');
        const closing = sleep(1).then(() => scope.close());
        const all = Promise.all([closing, immediate()]);
        const own = Promise.all([outliving(scope), immediate()]).then(startLate);
        await Promise.all([all, own]);
      })();
      tracer.startSpan('next').finish();
    });
    expect(lost()).toEqual([['late', 'scheduled', 'traced']]);
  });

  it('is reported where it waited for a connection of the scope, and another one closed it', async () => {
    const scopes: Scope[] = [];
    const ends = [(end: () => void) => end(), (end: () => void) => void outliving(scopes[0] as Scope).then(end)];
    const server = createServer((peer) => ends.shift()?.(() => peer.end('x'))).listen(0);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await besideARequest(async () => {
      await (async () => {
        const scope = tracer.startActiveSpan('traced');
        scopes.push(scope);
        const first = connect(port).resume();
        first.on('end', () => scope.close());
        const second = connect(port).resume();
        await once(second, 'close');
        startLate();
      })();
    });
    server.close();
    expect(lost()).toEqual([['late', 'scheduled', 'traced']]);
  });

  it('is reported where it waited for a connection of the scope that was closed before the connection called back', async () => {
    const left: Promise<void>[] = [];
    await besideARequest(async () => {
      const scope = tracer.startActiveSpan('traced');
      const connection = connect(portOf(farewell)).resume();
      left.push(once(connection, 'close').then(startLate));
      scope.close();
      await Promise.all(left);
    });
    expect(lost()).toEqual([['late', 'scheduled', 'traced']]);
  });

  it('is reported where it waited for a connection that is not of the scope, and an earlier answer closed that', async () => {
    const connection = connect(portOf(echo));
    await once(connection, 'connect');
    await besideARequest(async () => {
      const scope = tracer.startActiveSpan('traced');
      const late = new Promise<void>((resolve) => connection.once('second', resolve)).then(startLate);
      connection.once('data', () => {
        scope.close();
        connection.once('data', () => connection.emit('second'));
      });
      connection.write('first');
      // What asks again is not under the scope, and does not wait for the first answer.
      await tracer.scopeManager.runDetached(async () => {
        await outliving(scope);
        connection.write('second');
      });
      await late;
    });
    connection.destroy();
    expect(lost()).toEqual([['late', 'scheduled', 'traced']]);
  });

  it('is reported where a function waits for it that was called in a loop, and the same waits for what closes', async () => {
    await besideARequest(async () => {
      const scope = tracer.startActiveSpan('traced');
      const closing = sleep(1).then(() => scope.close());
      const waiting = [closing, outliving(scope)].map(async (promise) => {
        await promise;
      });
      await Promise.all([waiting[0], waiting[1]?.then(startLate)]);
    });
    expect(lost()).toEqual([['late', 'scheduled', 'traced']]);
  });

  it('is not found where work that outlives the scope waits for what its closer does afterwards', async () => {
    let unlock!: () => void;
    const unlocked = new Promise<void>((resolve) => (unlock = resolve));
    const left: Promise<void>[] = [];
    await besideARequest(async () => {
      const scope = tracer.startActiveSpan('traced');
      left.push(unlocked.then(startLate));
      await immediate();
      scope.close();
      unlock();
      await Promise.all(left);
    });
    expect(lost()).toEqual([]);
  });
});
