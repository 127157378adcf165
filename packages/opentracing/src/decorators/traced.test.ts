import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { declareShop } from '../../test/types/decorated.ts';
import type { declareSafe } from '../../test/types/decorated-private.ts';
import { globalTracer, initGlobalTracer } from '../global_tracer.ts';
import { unhandledRejections } from '../harness/fixtures/unhandled-rejections.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';
import { traced } from './traced.ts';

const home = path.join(import.meta.dirname, '../..');
const tsc = path.join(home, '../../node_modules/typescript/bin/tsc');

// Node parses no decorators: TypeScript compiles the fixtures, once for each protocol.
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'traced-'));
  compile('tc39', ['decorated', 'decorated-private'], []);
  compile('legacy', ['decorated'], ['--experimentalDecorators']);
});
afterAll(() => rmSync(directory, { recursive: true }));

function compile(protocol: string, fixtures: string[], flags: string[]): void {
  const sources = fixtures.map((name) => path.join(home, 'test/types', `${name}.ts`));
  const output = ['--outDir', path.join(directory, protocol), '--rootDir', path.join(home, 'test/types')];
  // The types are checked in types.test.ts.
  const how = ['--noCheck', '--noResolve', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler'];
  const { stdout } = spawnSync(process.execPath, [tsc, '--ignoreConfig', ...sources, ...output, ...how, ...flags], {
    encoding: 'utf8',
  });
  if (stdout !== '') throw new Error(stdout);
  writeFileSync(path.join(directory, protocol, 'package.json'), '{ "type": "module" }');
}

async function load<Module>(protocol: string, fixture: string): Promise<Module> {
  return (await import(pathToFileURL(path.join(directory, protocol, `${fixture}.js`)).href)) as Module;
}

let tracer: MockTracer;
beforeEach(() => {
  tracer = new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager() });
  initGlobalTracer(tracer);
});
afterEach(() => initGlobalTracer(null));

const finished = (): string[] => tracer.finishedSpans().map((span) => span.operationName());

describe.each(['tc39', 'legacy'])('a method decorated with traced, compiled for %s', (protocol) => {
  let other: MockTracer;
  let Shop: ReturnType<typeof declareShop>;
  beforeEach(async () => {
    const fixture = await load<{ declareShop: typeof declareShop }>(protocol, 'decorated');
    other = new MockTracer();
    Shop = fixture.declareShop(traced, other);
  });

  it('runs in a span named for class and method, with its this and its arguments', () => {
    expect(new Shop('€').price(1.5)).toBe('1.50€');
    expect(new Shop('€').price(1.5, 0)).toBe('2€');
    expect(finished()).toEqual(['Shop.price', 'Shop.price']);
  });

  it('keeps its length and name, and stays on the prototype as it was', () => {
    expect([Shop.prototype.price.length, Shop.prototype.price.name]).toEqual([1, 'price']);
    const descriptor = Object.getOwnPropertyDescriptor(Shop.prototype, 'price');
    expect(descriptor).toMatchObject({ enumerable: false, configurable: true, writable: true });
  });

  it('has the name that is given, static too', () => {
    expect(Shop.load('a')).toEqual({ id: 'a' });
    expect(finished()).toEqual(['shop.load']);
  });

  it('is named for the class that declares it, in instances of others too', () => {
    class Boutique extends Shop {}
    new Boutique('€').price(1);
    expect(Boutique.inherited()).toBe('Boutique');
    expect(finished()).toEqual(['Shop.price', 'Shop.inherited']);
  });

  it('is named for itself alone when it is called on nothing', () => {
    const { [Symbol.toPrimitive]: method } = Shop.prototype;
    expect(() => Reflect.apply(method, undefined, [])).toThrow(TypeError);
    expect(finished()).toEqual([protocol === 'legacy' ? 'Shop.[Symbol.toPrimitive]' : '[Symbol.toPrimitive]']);
    expect(new Shop('€')[Symbol.toPrimitive]()).toBe('€');
    expect(finished()[1]).toBe('Shop.[Symbol.toPrimitive]');
  });

  it('finishes when its promise settles, and has its error tagged and logged', async () => {
    const work = new Shop('€').pay(3);
    expect(finished()).toEqual([]);
    await expect(work).resolves.toBe(3);
    await expect(new Shop('€').pay(-1)).rejects.toThrow(RangeError);
    const [good, bad] = tracer.finishedSpans();
    expect(good?.tags()).toEqual({ method: 'card' });
    expect(bad?.tags()).toEqual({ method: 'card', error: true });
    expect(bad?.logs()[0]?.fields).toMatchObject({ event: 'error', 'error.kind': 'RangeError', message: 'negative' });
  });

  it('takes options made from this and the arguments', () => {
    expect(new Shop('€').find('a', 2)).toEqual(['a', 'a']);
    new Shop('$').convert();
    expect(tracer.finishedSpans()[0]?.tags()).toEqual({ id: 'a' });
    expect(finished()).toEqual(['Shop.find', 'in $']);
  });

  it('runs although its options throw', () => {
    expect(new Shop('€').careless()).toBe(1);
    expect(finished()).toEqual(['Shop.careless']);
  });

  it('that is a generator has its span active in its steps, and finished when it is over or left', () => {
    const pages = new Shop('€').pages(2);
    expect([pages.next().value, pages.next().value, finished()]).toEqual([0, 1, []]);
    expect(pages.next()).toEqual({ done: true, value: 'all' });
    expect(finished()).toEqual(['Shop.pages']);
    for (const _page of new Shop('€').pages(2)) break;
    expect(finished()).toEqual(['Shop.pages', 'Shop.pages']);
  });

  it('that is an asynchronous generator finishes its span likewise', async () => {
    const seen: string[] = [];
    for await (const item of new Shop('€').stream()) seen.push(item);
    expect([seen, finished()]).toEqual([['€', 'end'], ['Shop.stream']]);
  });

  it('uses the tracer that is given', () => {
    new Shop('€').own();
    expect([finished(), other.finishedSpans().map((span) => span.operationName())]).toEqual([[], ['Shop.own']]);
  });

  it('with callback: true lasts until its callback is called', () => {
    const results: unknown[] = [];
    new Shop('€').old(1, (error, value) => results.push(error, value));
    new Shop('€').old(-1, (error) => results.push(error?.message));
    expect(results).toEqual([null, 1, 'negative']);
    expect(tracer.finishedSpans().map((span) => span.tags())).toEqual([{}, { error: true }]);
    expect(finished()).toEqual(['Shop.old', 'Shop.old']);
  });

  it('is a child of what is active where it is called, and the parent of what it calls', () => {
    const shop = new Shop('€');
    shop.convert = () => shop.price(1);
    tracer.withActiveSpan('request', () => shop.convert());
    const [price, request] = tracer.finishedSpans();
    expect(price?.parentId()).toBe(request?.uuid());
  });

  it('asks for the global tracer when it is called', () => {
    const later = new MockTracer();
    initGlobalTracer(later);
    new Shop('€').price(1);
    initGlobalTracer(null);
    expect(new Shop('€').price(1)).toBe('1.00€');
    expect([finished(), later.finishedSpans()]).toEqual([[], [expect.anything()]]);
  });
});

describe('a private method, compiled for tc39', () => {
  it('is traced, and named for the class of its object', async () => {
    const fixture = await load<{ declareSafe: typeof declareSafe }>('tc39', 'decorated-private');
    const Safe = fixture.declareSafe(traced);
    expect([new Safe().open(), Safe.total()]).toEqual(['ab', 1]);
    expect(finished()).toEqual(['Safe.#digest', 'Safe.#count']);
  });
});

describe('traced, applied by hand', () => {
  const method = function work(this: unknown): string {
    return typeof this;
  };

  it('under another decorator is named for the class of the object', () => {
    const inner = traced()(method, { kind: 'method', name: 'work' });
    class Shop {
      work(): unknown {
        return Reflect.apply(inner, this, []);
      }
    }
    expect(new Shop().work()).toBe('object');
    expect(finished()).toEqual(['Shop.work']);
  });

  it('keeps what hangs on the method', () => {
    const tagged = Object.assign(() => 1, { route: '/a' });
    expect(traced()(tagged, { kind: 'method', name: 'a' }).route).toBe('/a');
  });

  it('survives a this that tells nothing', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const bound = traced()(method, { kind: 'method', name: 'work' });
    expect(Reflect.apply(bound, proxy, [])).toBe('object');
    expect(Reflect.apply(bound, Object.create(null), [])).toBe('object');
    expect(Reflect.apply(bound, 5, [])).toBe('number');
    expect(finished()).toEqual(['work', 'work', 'Number.work']);
  });

  it.each([
    ['a field by TC39', undefined, { kind: 'field', name: 'a' }],
    ['an accessor by TC39', () => 1, { kind: 'getter', name: 'a' }],
    ['a class by TC39', MockTracer, { kind: 'class', name: 'a' }],
    ['a field by experimentalDecorators', {}, 'a'],
  ])('throws on %s', (_what, target, second) => {
    expect(() => (traced() as Function)(target, second)).toThrow(
      /traced\(\) is for methods, and a is a (field|getter|class)/,
    );
  });

  it('throws on an accessor by experimentalDecorators', () => {
    const descriptor = { get: () => 1, configurable: true };
    expect(() => (traced() as Function)({}, 'a', descriptor)).toThrow('@traced() is for methods, and a is a accessor');
  });

  it('throws without its parentheses, and on options that are none', () => {
    expect(() => (traced as Function)(method, { kind: 'method', name: 'a' })).toThrow('write @traced()');
    expect(() => (traced as Function)(5)).toThrow('not 5');
    expect(() => (traced as Function)(null)).toThrow('not null');
  });

  it('runs although its options reject, and lets nobody hear of it', async () => {
    const rejected = unhandledRejections();
    const options = (() => Promise.reject(new Error('no options'))) as unknown as () => undefined;
    const context = { kind: 'method', name: 'load' } as const;
    expect(traced(options)(() => 42, context)()).toBe(42);
    expect(await rejected()).toEqual([]);
    expect(finished()).toEqual(['load']);
  });

  it('leaves the global tracer as it is', () => {
    traced()(method, { kind: 'method', name: 'work' })();
    expect(globalTracer().activeSpan).toBeNull();
  });
});
