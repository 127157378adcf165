import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { rejects } from 'node:assert/strict';

import { MockTracer } from '@spanwise/opentracing/mock';
import type { MockSpan } from '@spanwise/opentracing/mock';
import { Piscina } from 'piscina';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { errorsOf, Recording } from '../test/recording.ts';
import { bundleWorker } from '../test/worker-bundle.ts';
import type { WorkerAnswer, WorkerSpan } from '../test/worker-bundle.ts';
import { brokenTracers } from './conformance/broken-tracers.ts';
import { answerTraced, askTraced, instrumentPool, tracedTask } from './worker-threads.ts';
import type { Instrumentation, PoolInstrumentationOptions } from './worker-threads.ts';

let bundle: Awaited<ReturnType<typeof bundleWorker>>;
let recording: Recording;

beforeAll(async () => {
  bundle = await bundleWorker();
});
afterAll(() => bundle.remove());
beforeEach(() => {
  recording = new Recording();
});

function idOf(span: { context(): { toSpanId(): string } }): string {
  return span.context().toSpanId();
}

/** An application's own span around what it does. */
function asCaller<R>(name: string, work: (span: MockSpan) => R): R {
  return recording.tracer.withActiveSpan(name, {}, (span) => work(span as MockSpan));
}

describe('a pool', () => {
  let pool: Piscina;
  let instrumentation: Instrumentation;

  beforeEach(() => {
    // One thread, so that it can be asked for its spans.
    pool = new Piscina({ filename: bundle.file, minThreads: 1, maxThreads: 1 });
    install({});
  });

  afterEach(() => pool.destroy());

  function install(options: Partial<PoolInstrumentationOptions>): void {
    instrumentation?.uninstall();
    instrumentation = instrumentPool(pool, { tracer: recording.tracer, ...options });
  }

  async function workerSpans(): Promise<WorkerSpan[]> {
    instrumentation.uninstall();
    return (await pool.run(null, { name: 'spans' })) as WorkerSpan[];
  }

  test('makes a task a child of who asks, and what the worker does a child of that', async () => {
    await asCaller('caller', async (caller) => {
      const answer = (await pool.run({ order: 5 })) as WorkerAnswer;
      const client = await recording.only();
      expect(recording.tracer.activeSpan).toBe(caller);
      expect(answer.echo).toEqual({ order: 5 });
      expect(client.operationName()).toBe('task tasks');
      expect(client.parentId()).toBe(idOf(caller));
      expect(client.tags()).toEqual({ component: 'worker_threads' });
      expect(answer.active).toMatchObject({
        name: 'task tasks',
        traceId: caller.context().toTraceId(),
        parentId: idOf(client),
        tags: { component: 'worker_threads', 'thread.id': answer.threadId },
      });
      expect(answer.work.parentId).toBe(answer.active.spanId);
    });
    const own = await workerSpans();
    expect(own.map(({ name }) => name)).toEqual(['work', 'task tasks']);
  });

  test.each([
    ['the function', { name: 'render' }, 'task render'],
    ['the file', { name: 'default' }, 'task tasks'],
  ])('names a task by %s', async (_what, options, name) => {
    const answer = (await pool.run(1, options)) as WorkerAnswer;
    expect([(await recording.only()).operationName(), answer.active.name]).toEqual([name, name]);
  });

  test('names a task by what the user says', async () => {
    install({ nameOf: (message) => `order of ${typeof message}` });
    const answer = (await pool.run(1)) as WorkerAnswer;
    expect(answer.active.name).toBe('task order of number');
  });

  test('keeps the parents of many tasks side by side', async () => {
    await pool.destroy();
    pool = new Piscina({ filename: bundle.file, minThreads: 2, maxThreads: 2, concurrentTasksPerWorker: 5 });
    install({});
    const numbers = Array.from({ length: 40 }, (_, i) => i);
    const answers = await Promise.all(
      numbers.map((i) =>
        asCaller(`caller ${i}`, async (caller) => {
          const answer = (await pool.run(i)) as WorkerAnswer;
          expect(recording.tracer.activeSpan).toBe(caller);
          return answer;
        }),
      ),
    );
    const spans = new Map(recording.finished().map((span) => [idOf(span), span]));
    for (const [i, { echo, active, work }] of answers.entries()) {
      const client = spans.get(active.parentId!)!;
      expect([echo, spans.get(client.parentId()!)!.operationName()]).toEqual([i, `caller ${i}`]);
      expect([work.parentId, work.traceId]).toEqual([active.spanId, client.context().toTraceId()]);
    }
    expect(new Set(answers.map(({ threadId }) => threadId)).size).toBe(2);
  });

  test('gives what the worker throws, on both spans', async () => {
    await expect(pool.run('ink', { name: 'failing' })).rejects.toThrow(new TypeError('no ink'));
    expect(errorsOf(await recording.only())).toMatchObject([{ kind: 'TypeError', message: 'no ink' }]);
    const [worker] = await workerSpans();
    expect(worker).toMatchObject({ name: 'task failing', tags: { error: true }, errors: ['no ink'] });
  });

  test('ends the spans of all open tasks when the thread exits', async () => {
    await pool.destroy();
    pool = new Piscina({ filename: bundle.file, minThreads: 1, maxThreads: 1, concurrentTasksPerWorker: 2 });
    install({});
    const waiting = pool.run(1, { name: 'waiting' });
    const exiting = pool.run(2, { name: 'exiting' });
    await Promise.all([rejects(waiting, /exited with code: 3/), rejects(exiting, /exited with code: 3/)]);
    for (const span of await recording.settled(2)) {
      expect(errorsOf(span)).toMatchObject([{ message: 'worker exited with code: 3' }]);
    }
  });

  test('ends the span of a task that is aborted, running or waiting, and of one that is refused', async () => {
    const abort = new AbortController();
    const running = pool.run(1, { name: 'waiting', signal: abort.signal });
    const queued = pool.run(2, { name: 'waiting', signal: abort.signal });
    abort.abort();
    const refused = pool.run(3, { name: 5 as never });
    await Promise.all([rejects(running), rejects(queued), rejects(refused, TypeError)]);
    for (const span of await recording.settled(3)) expect(span.tags()).toMatchObject({ error: true });
  });

  test('ends the spans of tasks that are open when it is destroyed', async () => {
    const running = rejects(pool.run(1, { name: 'waiting' }));
    await pool.destroy();
    await running;
    expect((await recording.only()).tags()).toMatchObject({ error: true });
  });

  test('moves what the transfer list names, and leaves the list as it is', async () => {
    const given = new Uint8Array([1, 2]);
    const transferList = Object.freeze([given.buffer]);
    const options = Object.freeze({ name: 'bytes', transferList });
    expect(await pool.run(given, options as never)).toEqual(new Uint8Array([2, 3]));
    expect(given.byteLength).toBe(0);
  });

  test('moves a task that is made by move', async () => {
    const given = new Uint8Array([1, 2]);
    const moved = Piscina.move(given);
    expect(await pool.run(moved, { name: 'bytes' })).toEqual(new Uint8Array([2, 3]));
    expect(given.byteLength).toBe(0);
  });

  test('sends a task that could be moved, and was not, as it is', async () => {
    const task = { a: 1, [Piscina.transferableSymbol]: new ArrayBuffer(1), [Piscina.valueSymbol]: 'another' };
    const answer = (await pool.run(task)) as WorkerAnswer;
    expect(answer.echo).toEqual({ a: 1 });
  });

  test('orders tasks by their own options for the queue', async () => {
    await pool.destroy();
    const seen: unknown[] = [];
    class Ordered {
      readonly #tasks: { [Piscina.queueOptionsSymbol]: unknown }[] = [];
      get size(): number {
        return this.#tasks.length;
      }
      push(task: { [Piscina.queueOptionsSymbol]: unknown }): void {
        seen.push(task[Piscina.queueOptionsSymbol]);
        this.#tasks.push(task);
      }
      shift(): object | null {
        return this.#tasks.shift() ?? null;
      }
      remove(): void {}
    }
    pool = new Piscina({ filename: bundle.file, minThreads: 1, maxThreads: 1, taskQueue: new Ordered() as never });
    install({});
    const urgent = { value: 1, [Piscina.queueOptionsSymbol]: { priority: 1 } };
    const answers = (await Promise.all([pool.run(urgent), pool.run(urgent)])) as WorkerAnswer[];
    expect(answers.map(({ echo }) => echo)).toEqual([{ value: 1 }, { value: 1 }]);
    expect(seen).toContainEqual({ priority: 1 });
  });

  test('that is not traced gives its tasks as they are; they begin traces', async () => {
    instrumentation.uninstall();
    const task = { 'spanwise.context': { traceparent: 'the application’s own' }, message: 1 };
    const answer = (await pool.run(task)) as WorkerAnswer;
    expect(answer.echo).toEqual(task);
    expect(answer.active).toMatchObject({ name: 'task answer', parentId: null });
    expect(recording.tracer.report().spans).toEqual([]);
  });

  test('sends tasks that nobody wants to trace without a context', async () => {
    install({ shouldTrace: ({ message }) => message !== 'quiet' });
    const answer = (await asCaller('caller', () => pool.run('quiet'))) as WorkerAnswer;
    expect([answer.echo, answer.active.parentId]).toEqual(['quiet', null]);
    expect(recording.finished().map((span) => span.operationName())).toEqual(['caller']);
  });

  test.each(brokenTracers().map((broken, index) => [...broken, index] as const))(
    'with %s on both sides works as before',
    async (_name, tracer, index) => {
      const failures: unknown[] = [];
      install({ tracer, onFailure: (error) => void failures.push(error) });
      expect(await pool.run({ a: 1 }, { name: `broken${index}` })).toEqual({ a: 1 });
      expect(failures.length).toBeGreaterThan(0);
    },
  );

  test('with callbacks that throw works as before', async () => {
    const broken = (): never => {
      throw new Error('broken');
    };
    const failures: unknown[] = [];
    install({ shouldTrace: broken, onTask: broken, onFailure: (error) => void failures.push(error) });
    expect(((await pool.run(1)) as WorkerAnswer).echo).toBe(1);
    expect(failures).toHaveLength(2);
    await recording.only();
    install({ nameOf: broken, onFailure: (error) => void failures.push(error) });
    expect(((await pool.run(1)) as WorkerAnswer).echo).toBe(1);
    expect(failures).toHaveLength(3);
    const spans = await recording.settled(2);
    expect(spans.map((span) => span.operationName())).toEqual(['task tasks', 'task tasks']);
  });

  test('with tracers that have no scope manager makes one trace', async () => {
    const inner = new MockTracer();
    const tracer = {
      startSpan: (name: string, options: object) => inner.startSpan(name, options),
      inject: (context: object, format: string, carrier: unknown) => inner.inject(context as never, format, carrier),
      extract: (format: string, carrier: unknown) => inner.extract(format, carrier),
    };
    install({ tracer });
    expect(await pool.run('task', { name: 'without' })).toBe('task');
    const [worker] = await workerSpans();
    const [client] = inner.finishedSpans();
    expect(worker).toMatchObject({ name: 'task without', parentId: idOf(client!) });
  });

  test('that fails without anybody who handles it stays an unhandled rejection', async () => {
    const own = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    const rejected = once(process, 'unhandledRejection');
    void pool.run('ink', { name: 'failing' });
    const [reason] = (await rejected) as [Error];
    for (const listener of own) process.on('unhandledRejection', listener);
    expect(reason.message).toBe('no ink');
  });

  test('is as it was after uninstall, and is instrumented once', async () => {
    const second = new Recording();
    const again = instrumentPool(pool, { tracer: second.tracer });
    await pool.run(1);
    expect(second.tracer.report().spans).toEqual([]);
    again.uninstall();
    expect(Object.hasOwn(pool, 'run')).toBe(true);
    instrumentation.uninstall();
    instrumentation.uninstall();
    expect(Object.hasOwn(pool, 'run')).toBe(false);
    await pool.run(1);
    expect(recording.finished()).toHaveLength(1);
  });
});

describe('a question over a port', () => {
  let worker: Worker;

  beforeEach(() => {
    worker = new Worker(bundle.file, { workerData: { answers: true } });
  });

  afterEach(() => worker.terminate());

  function ask<A = WorkerAnswer>(message: unknown, more: object = {}): Promise<A> {
    return askTraced<A>(worker, message, { tracer: recording.tracer, ...more });
  }

  test('is a child of who asks, and its answer goes on in the caller’s context', async () => {
    await asCaller('caller', async (caller) => {
      const answer = await ask({ order: 5 }, { name: 'render' });
      expect(recording.tracer.activeSpan).toBe(caller);
      const client = await recording.only();
      expect([client.operationName(), client.parentId()]).toEqual(['task render', idOf(caller)]);
      expect(answer.echo).toEqual({ order: 5 });
      expect(answer.active).toMatchObject({ name: 'task render', parentId: idOf(client) });
      expect(answer.work.parentId).toBe(answer.active.spanId);
    });
  });

  test('among many keeps its parent', async () => {
    const numbers = Array.from({ length: 40 }, (_, i) => i);
    const answers = await Promise.all(numbers.map((i) => asCaller(`caller ${i}`, () => ask(i))));
    const spans = new Map(recording.finished().map((span) => [idOf(span), span]));
    for (const [i, { echo, active }] of answers.entries()) {
      const client = spans.get(active.parentId!)!;
      expect([echo, spans.get(client.parentId()!)!.operationName()]).toEqual([i, `caller ${i}`]);
    }
  });

  test('moves what it is told to, both ways', async () => {
    const bytes = new Uint8Array([1, 2]);
    const transferList = Object.freeze([bytes.buffer]);
    expect(await ask({ bytes }, { transferList })).toEqual(new Uint8Array([1, 2]));
    expect(bytes.byteLength).toBe(0);
  });

  test('gives what the worker throws, on both spans', async () => {
    await expect(ask({ fail: 'ink' }, { name: 'draw' })).rejects.toThrow(new TypeError('no ink'));
    expect(errorsOf(await recording.only())).toMatchObject([{ kind: 'TypeError', message: 'no ink' }]);
    const spans = await ask<WorkerSpan[]>('spans');
    expect(spans[0]).toMatchObject({ name: 'task draw', tags: { error: true }, errors: ['no ink'] });
  });

  test('ends with an error when the worker exits, also when it has not come there yet', async () => {
    const [first, second] = [ask({ exit: 3 }), ask('never read')];
    await Promise.all([
      rejects(first, /ended before it had answered/),
      rejects(second, /ended before it had answered/),
    ]);
    for (const span of await recording.settled(2)) {
      expect(errorsOf(span)).toMatchObject([{ message: 'The thread ended before it had answered' }]);
    }
  });

  test('of a worker that has ended already ends with an error', async () => {
    await worker.terminate();
    await rejects(ask('late'), /ended before it had answered/);
    expect((await recording.only()).tags()).toMatchObject({ error: true });
  });

  test('over a port that is closed ends with an error', async () => {
    const { port1, port2 } = new MessageChannel();
    port2.close();
    await once(port1, 'close');
    await rejects(askTraced(port1, 'late', { tracer: recording.tracer }), /ended before it had answered/);
    expect((await recording.only()).tags()).toMatchObject({ error: true });
  });

  test('that cannot be cloned is refused as by postMessage, and so is such an answer', async () => {
    await rejects(
      ask(() => {}),
      /could not be cloned/,
    );
    await rejects(ask({ unclonable: true }), /could not be cloned/);
    await rejects(ask({ throwsUnclonable: true }), /could not be cloned/);
    for (const span of await recording.settled(3)) expect(span.tags()).toMatchObject({ error: true });
  });

  test('leaves other messages alone, in both directions', async () => {
    const answered = once(worker, 'message');
    worker.postMessage({ plain: [1, 2] });
    expect(await answered).toEqual([{ plain: [1, 2] }]);
    await ask('a task');
    expect(recording.finished()).toHaveLength(1);
  });

  test.each(brokenTracers())('with %s works as before', async (_name, tracer) => {
    const failures: unknown[] = [];
    const answer = await ask('question', { tracer, onFailure: (error: unknown) => void failures.push(error) });
    expect([answer.echo, answer.active.parentId]).toEqual(['question', null]);
    expect(failures.length).toBeGreaterThan(0);
  });

  test('is no longer answered after the returned function was called', async () => {
    const { port1, port2 } = new MessageChannel();
    const seen: unknown[] = [];
    const stop = answerTraced(port2, (message) => seen.push(message), { tracer: recording.tracer });
    expect(await askTraced(port1, 'first', { tracer: recording.tracer })).toBe(1);
    stop();
    const unanswered = rejects(askTraced(port1, 'second', { tracer: recording.tracer }), /ended/);
    port2.close();
    await unanswered;
    expect(seen).toEqual(['first']);
  });
});

describe('a mistake', () => {
  const options = (): { tracer: MockTracer } => ({ tracer: recording.tracer });

  test('says so', () => {
    expect(() => instrumentPool({} as never, options())).toThrow('a pool with a method `run`');
    expect(() => tracedTask('render' as never, options())).toThrow('the function to trace');
    expect(() => askTraced({} as never, 'm', options())).toThrow('a Worker or a MessagePort');
    expect(() => answerTraced({} as never, () => {}, options())).toThrow('parentPort');
    const { port1 } = new MessageChannel();
    expect(() => answerTraced(port1, 'answer' as never, options())).toThrow('the function that answers');
    expect(() => askTraced(port1, 'm', {} as never)).toThrow('must be an OpenTracing tracer');
  });
});
