import childProcess from 'node:child_process';
import fs from 'node:fs';
import timers from 'node:timers';
import { promisify } from 'node:util';

import { beforeEach, describe, expect, it } from 'vitest';

import type { MockSpan } from '../mock_tracer/mock_span.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';
import { traced } from '../decorators/traced.ts';
import { boundFunction } from './bound-function.ts';

const tracer = new MockTracer(new AsyncLocalStorageScopeManager());
beforeEach(() => tracer.clear());

const callback = { callback: true };
const node = process.execPath;
const missing = '/nowhere/at/all';

function finished(): [name: string, failed: unknown][] {
  return tracer.finishedSpans().map((span: MockSpan) => [span.operationName(), span.tag('error')]);
}

describe("a function of Node's own that has a promise form", () => {
  it.each<[string, (...args: never[]) => unknown]>([
    ['exec', childProcess.exec],
    ['execFile', childProcess.execFile],
    ['exists', fs.exists],
    ['setTimeout', timers.setTimeout],
    ['setImmediate', timers.setImmediate],
    ['read, whose results have names', fs.read],
    ['exec, by util.promisify', promisify(childProcess.exec)],
  ])('can be wrapped and bound: %s', (_name, fn) => {
    for (const bound of [tracer.wrap('x', callback, fn), tracer.wrap('x', fn), tracer.scopeManager.bind(fn)]) {
      expect([bound.name, bound.length, Reflect.ownKeys(bound).length]).toEqual([
        fn.name,
        fn.length,
        expect.any(Number),
      ]);
      expect(typeof promisify(bound)).toBe('function');
    }
  });

  it('gives its results, and its errors, to the callback', async () => {
    const exec = tracer.wrap('exec', callback, childProcess.exec);
    const run = (command: string): Promise<unknown[]> =>
      new Promise((resolve) => void exec(command, (...results) => resolve(results)));
    expect(await run('echo hello')).toEqual([null, 'hello\n', '']);
    expect((await run('exit 3'))[0]).toMatchObject({ code: 3 });
    expect(finished()).toEqual([
      ['exec', undefined],
      ['exec', true],
    ]);
  });

  it('gives its results, its errors and what hangs on its promise, through util.promisify', async () => {
    const exec = promisify(tracer.wrap('exec', callback, childProcess.exec));
    const execFile = promisify(tracer.wrap('execFile', callback, childProcess.execFile));
    const running = exec('echo hello');
    expect(running.child.pid).toBeGreaterThan(0);
    expect(await running).toEqual({ stdout: 'hello\n', stderr: '' });
    expect(await execFile(node, ['-p', '6 * 7'])).toEqual({ stdout: '42\n', stderr: '' });
    await expect(exec('exit 3')).rejects.toMatchObject({ code: 3, stdout: '' });
    await expect(execFile(missing)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(finished()).toEqual([
      ['exec', undefined],
      ['execFile', undefined],
      ['exec', true],
      ['execFile', true],
    ]);
  });

  it('does so for those whose promises reject never', async () => {
    const exists = promisify(tracer.wrap('exists', callback, fs.exists));
    expect([await exists(node), await exists(missing)]).toEqual([true, false]);
    expect(await promisify(tracer.wrap('setTimeout', callback, timers.setTimeout))(1, 'later')).toBe('later');
    expect(await promisify(tracer.wrap('setImmediate', callback, timers.setImmediate))('soon')).toBe('soon');
    expect(finished().map(([name]) => name)).toEqual(['exists', 'exists', 'setTimeout', 'setImmediate']);
  });

  it('may be wrapped when util.promisify has been there before, in any order', async () => {
    type ExecFile = (file: string, args: string[]) => Promise<unknown>;
    const again = promisify as (fn: unknown) => ExecFile;
    const before = tracer.wrap('before', promisify(childProcess.execFile));
    const twice = again(promisify(tracer.wrap('twice', callback, childProcess.execFile)));
    for (const execFile of [before, again(before), twice]) {
      expect(await execFile(node, ['-p', '1'])).toEqual({ stdout: '1\n', stderr: '' });
    }
    expect(finished().map(([name]) => name)).toEqual(['before', 'before', 'twice']);
  });

  it('keeps the names of several results', async () => {
    const read = promisify(tracer.wrap('read', callback, fs.read)) as unknown as (
      ...args: unknown[]
    ) => Promise<{ bytesRead: number }>;
    const file = fs.openSync(import.meta.filename, 'r');
    const { bytesRead } = await read(file, Buffer.alloc(6), 0, 6, 0);
    fs.closeSync(file);
    expect(bytesRead).toBe(6);
  });
});

it('a bound function has the properties of its own, which can be changed', () => {
  const fn = Object.defineProperty(() => 1, 'fixed', { get: () => 2, configurable: false });
  const bound = boundFunction(fn, (call) => call());
  expect(bound).toHaveProperty('fixed', 2);
  Object.defineProperty(bound, 'fixed', { value: 3 });
  expect([bound, fn].map((one) => Reflect.get(one, 'fixed') as unknown)).toEqual([3, 2]);
});

describe('a function of a kind', () => {
  const kinds = {
    async: async (value: number): Promise<number> => value * 2,
    generator: function* (this: void, value: number): Generator<number> {
      yield value * 2;
    },
    asyncGenerator: async function* (this: void, value: number): AsyncGenerator<number> {
      yield value * 2;
    },
    plain: (value: number, done?: (error: unknown, result: number) => void): void => done?.(null, value * 2),
  };
  const manager = tracer.scopeManager;
  const ways: Record<string, <F extends (...args: never[]) => unknown>(fn: F) => F> = {
    wrap: (fn) => tracer.wrap('x', fn),
    'wrap with a callback': (fn) => tracer.wrap('x', callback, fn),
    'wrap of what is wrapped': (fn) => tracer.wrap('x', tracer.wrap('y', fn)),
    bind: (fn) => manager.bind(fn),
    'bind to a span': (fn) => manager.bind(fn, tracer.startSpan('bound')),
    'bind to none': (fn) => manager.bind(fn, null),
    'bind of what bind of the language gives': (fn) => manager.bind(fn.bind(null) as typeof fn),
    traced: (fn) => traced({ tracer })(fn, { kind: 'method', name: 'method' }),
  };

  /** As `async` 3 has it: what is asynchronous is given no callback. */
  function map(items: number[], fn: (...args: never[]) => unknown): Promise<unknown[]> {
    const isAsync = (fn as unknown as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'AsyncFunction';
    const call = fn as unknown as (item: number, done?: (error: unknown, result: unknown) => void) => unknown;
    const one = (item: number): Promise<unknown> =>
      isAsync
        ? (call(item) as Promise<unknown>)
        : new Promise((resolve, reject) => {
            call(item, (error, result) => (error ? reject(error) : resolve(result)));
          });
    return Promise.all(items.map(one));
  }

  describe.each(Object.entries(ways))('%s', (_name, bound) => {
    it.each(Object.entries(kinds))('keeps the kind: %s', (_kind, fn) => {
      const tagOf = (of: object): unknown => (of as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
      const one = bound(fn as (...args: never[]) => unknown);
      expect(tagOf(one)).toBe(tagOf(fn));
      expect(Object.prototype.toString.call(one)).toBe(Object.prototype.toString.call(fn));
      expect([one.constructor.name, Object.keys(one)]).toEqual([fn.constructor.name, []]);
    });

    it('is called with a callback, or awaited, by who goes by the kind', async () => {
      expect(await map([1, 2], bound(kinds.async))).toEqual([2, 4]);
      expect(await map([1, 2], bound(kinds.plain))).toEqual([2, 4]);
    });

    it('gives what its kind gives', async () => {
      const { generator, asyncGenerator } = kinds;
      expect([...bound(generator)(3)]).toEqual([6]);
      for await (const value of bound(asyncGenerator)(3)) expect(value).toBe(6);
    });
  });

  it('is as the function is also where that is not as its kind is', () => {
    const fn = Object.defineProperty(async () => {}, Symbol.toStringTag, {
      get: () => 'Own',
      configurable: false,
    });
    const bound = manager.bind(fn);
    expect(Object.prototype.toString.call(bound)).toBe('[object Own]');
    expect(manager.bind(Object.setPrototypeOf(() => 1, null) as () => number)()).toBe(1);
  });
});
