import { describe, expect, it } from 'vitest';

import { FORMAT_TEXT_MAP } from '../constants.ts';
import { childOf, followsFrom } from '../functions.ts';
import type { MockSpan } from '../mock_tracer/mock_span.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { ScopeManager } from '../scope-manager.ts';
import { SyncStackScopeManager } from '../scope-managers/sync-stack.ts';
import { noopSpan } from '../span.ts';
import { Tracer } from '../tracer.ts';
import {
  assertChildOf,
  assertEmptySpan,
  assertFollowsFrom,
  assertLog,
  assertNames,
  assertNotChildOf,
  assertNothingOpen,
  assertNotSameTrace,
  assertRoot,
  assertSameTrace,
  assertTag,
} from './index.ts';

/** The same ids in each test: root 1 and child 3 in trace 2, follower 4 of the child, other root 5 in trace 6. */
function family(): Record<'tracer', MockTracer> & Record<'root' | 'child' | 'follower' | 'other', MockSpan> {
  const tracer = new MockTracer({ ids: 'sequential' });
  const root = tracer.startSpan('root');
  const child = tracer.startSpan('child', { childOf: root });
  const follower = tracer.startSpan('follower', { references: [followsFrom(child)] });
  const other = tracer.startSpan('other');
  for (const span of [follower, child, root, other]) span.finish();
  return { tracer, root, child, follower, other };
}

const tree = '\n\nroot\n`-- child\n    `-- follower [follows_from]\nother';

function id(number: number, digits: number = 16): string {
  return number.toString(16).padStart(digits, '0');
}

function messageOf(fn: () => void): string {
  try {
    fn();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

describe('assertSameTrace and assertNotSameTrace', () => {
  it('compare trace ids', () => {
    const { root, follower, other } = family();
    assertSameTrace(root, follower);
    assertNotSameTrace(root, other);
  });

  it('say both ids', () => {
    const { root, child, other } = family();
    expect(messageOf(() => assertSameTrace(root, other))).toBe(
      `expected the span "root" (${id(1)}) to be in the trace of "other" (${id(5)}): ` +
        `their traces are ${id(2, 32)} and ${id(6, 32)}${tree}`,
    );
    expect(messageOf(() => assertNotSameTrace(root, child))).toBe(
      `expected the span "root" (${id(1)}) not to be in the trace of "child" (${id(3)}): ` +
        `both are in the trace ${id(2, 32)}${tree}`,
    );
  });

  it('show the trees of both tracers', () => {
    const message = messageOf(() => assertSameTrace(family().root, family().root));
    expect(message).toBe('nothing was thrown'); // sequential ids of two tracers collide, as documented
    const [one, two] = [new MockTracer(), new MockTracer()];
    expect(messageOf(() => assertSameTrace(one.startSpan('a'), two.startSpan('b')))).toMatch(
      /\n\na \[unfinished\]\n\nb \[unfinished\]$/,
    );
  });
});

describe('assertChildOf and assertNotChildOf', () => {
  it('take the parent of the span, by whichever reference', () => {
    const { root, child, follower, other } = family();
    assertChildOf(child, root);
    assertChildOf(follower, child);
    assertNotChildOf(follower, root);
    assertNotChildOf(root, child);
    assertNotChildOf(other, root);
  });

  it('say what the parent is', () => {
    const { root, child, follower, other } = family();
    expect(messageOf(() => assertChildOf(follower, root))).toBe(
      `expected the span "follower" (${id(4)}) to be a child of "root" (${id(1)}): its parent is ${id(3)}${tree}`,
    );
    expect(messageOf(() => assertChildOf(other, root))).toContain(
      'be a child of "root" (0000000000000001): it has no parent',
    );
    expect(messageOf(() => assertNotChildOf(child, root))).toBe(
      `expected the span "child" (${id(3)}) not to be a child of "root" (${id(1)}): its parent is ${id(1)}${tree}`,
    );
  });

  it('tell spans of the same id in two traces apart', () => {
    const tracer = new MockTracer();
    const [one, two] = ['aa', 'bb'].map((traceId) =>
      tracer.extract(FORMAT_TEXT_MAP, { 'ot-tracer-traceid': traceId, 'ot-tracer-spanid': 'cc' }),
    );
    const child = tracer.startSpan('child', { childOf: one });
    const stranger = tracer.startSpan('stranger', { childOf: two });
    stranger._uuid = 'cc';
    assertNotChildOf(child, stranger);
  });
});

describe('assertFollowsFrom', () => {
  it('looks for a follows-from reference, the parent or not', () => {
    const { tracer, root, child, follower, other } = family();
    assertFollowsFrom(follower, child);
    const joined = tracer.startSpan('joined', { references: [childOf(root), followsFrom(child), followsFrom(other)] });
    assertFollowsFrom(joined, other);
    assertChildOf(joined, root);
  });

  it('says which references there are', () => {
    const { root, child } = family();
    expect(messageOf(() => assertFollowsFrom(child, root))).toBe(
      `expected the span "child" (${id(3)}) to follow from "root" (${id(1)}): ` +
        `its references are child_of ${id(1)} of ${id(2, 32)}${tree}`,
    );
    expect(messageOf(() => assertFollowsFrom(root, child))).toContain('it has no references');
  });
});

describe('assertRoot', () => {
  it('takes spans without a parent only', () => {
    const { root, child } = family();
    assertRoot(root);
    expect(messageOf(() => assertRoot(child))).toBe(
      `expected the span "child" (${id(3)}) to be a root: its parent is ${id(1)}${tree}`,
    );
  });
});

describe('each assertion', () => {
  const { root } = family();
  const missing = undefined as never;

  it.each<[string, () => void]>([
    ['assertSameTrace', () => assertSameTrace(missing, root)],
    ['assertSameTrace', () => assertSameTrace(root, missing)],
    ['assertNotSameTrace', () => assertNotSameTrace(root, missing)],
    ['assertChildOf', () => assertChildOf(root, missing)],
    ['assertChildOf', () => assertChildOf(missing, root)],
    ['assertNotChildOf', () => assertNotChildOf(missing, missing)],
    ['assertNotChildOf', () => assertNotChildOf(root, missing)],
    ['assertFollowsFrom', () => assertFollowsFrom(root, missing)],
    ['assertFollowsFrom', () => assertFollowsFrom(missing, root)],
    ['assertRoot', () => assertRoot(missing)],
    ['assertNames', () => assertNames([root, missing], ['root', 'missing'])],
    ['assertEmptySpan', () => assertEmptySpan(missing, 'missing')],
    ['assertTag', () => assertTag(missing, 'a')],
    ['assertTag', () => assertTag(missing, 'a', undefined)],
    ['assertLog', () => assertLog(missing, {})],
  ])('says that a span is missing: %s', (_name, assertion) => {
    expect(messageOf(assertion)).toBe('expected a span of a MockTracer, was undefined');
    expect(assertion).toThrow(expect.objectContaining({ name: 'AssertionError' }));
  });
});

describe('assertNames', () => {
  it('compares names in their order', () => {
    const { tracer, root, child } = family();
    assertNames([], []);
    assertNames(tracer.finishedSpans(), ['follower', 'child', 'root', 'other']);
    expect(messageOf(() => assertNames([root, child], ['child', 'root']))).toBe(
      `expected spans with the names ["child","root"]: they are ["root","child"]${tree}`,
    );
    expect(messageOf(() => assertNames([root], []))).toContain('they are ["root"]');
  });
});

describe('assertEmptySpan', () => {
  it('takes spans of that name without tags and logs', () => {
    const { tracer, root } = family();
    assertEmptySpan(root, 'root');
    expect(messageOf(() => assertEmptySpan(root, 'child'))).toContain('names ["child"]: they are ["root"]');
    const tagged = tracer.startSpan('tagged', { tags: { a: 1 } });
    expect(messageOf(() => assertEmptySpan(tagged, 'tagged'))).toContain(
      `"tagged" (${id(7)}) to have neither tags nor logs: its tags are {"a":1}, its logs []`,
    );
    const logged = tracer.startSpan('logged').log({ event: 'x' });
    expect(messageOf(() => assertEmptySpan(logged, 'logged'))).toContain('its tags are {}, its logs [{"event":"x"}]');
  });
});

describe('assertTag', () => {
  const tags = { zero: 0, nothing: undefined, list: [1, { deep: true }], when: new Date(5) };
  const span = new MockTracer().startSpan('work', { tags });

  it('finds tags that are there, with the value if one is given', () => {
    assertTag(span, 'zero');
    assertTag(span, 'nothing');
    assertTag(span, 'nothing', undefined);
    assertTag(span, 'zero', 0);
    assertTag(span, 'list', [1, { deep: true }]);
    assertTag(span, 'list', [expect.any(Number), { deep: expect.any(Boolean) }]);
    assertTag(span, 'when', new Date(5));
  });

  it.each([
    ['missing', []],
    ['toString', []],
    ['missing', [undefined]],
    ['zero', [-0]],
    ['zero', ['0']],
    ['zero', [undefined]],
    ['list', [[1, { deep: false }]]],
    ['list', [[1]]],
    ['list', [{ 0: 1, 1: { deep: true } }]],
    ['list', [[expect.any(String), { deep: true }]]],
    ['when', [new Date(6)]],
    ['when', [{}]],
  ])('does not find %s with %j', (key, value) => {
    expect(() => assertTag(span, key, ...value)).toThrow(/to have the tag/);
  });

  it('says which tags there are', () => {
    const { tracer, root } = family();
    root.setTag('a', 1);
    expect(messageOf(() => assertTag(root, 'b'))).toBe(
      `expected the span "root" (${id(1)}) to have the tag b: its tags are {"a":1}\n\n${tracer.toTree()}`,
    );
    expect(messageOf(() => assertTag(root, 'a', 'x'))).toContain('have the tag a="x": its tags are {"a":1}');
    expect(messageOf(() => assertTag(root, 'a', expect.any(String)))).toContain('have the tag a=Any<String>: ');
    expect(messageOf(() => assertTag(root.setTag('big', 5n), 'a', 5n))).toContain('have the tag a=5: its tags are');
  });
});

describe('values', () => {
  const circle = (name: string): unknown => {
    const node: Record<string, unknown> = { name, list: [] };
    node['self'] = node;
    (node['list'] as unknown[]).push(node);
    return node;
  };
  class Secret {
    readonly #value: number;
    constructor(value: number) {
      this.#value = value;
    }
    reveal(): number {
      return this.#value;
    }
  }
  class Coded extends Error {
    readonly code: number;
    constructor(message: string, code: number) {
      super(message);
      this.code = code;
    }
  }

  const secret = new Secret(1);
  const promise = Promise.resolve(1);

  it.each<[string, unknown, unknown]>([
    ['maps', new Map([[1, { a: 2 }]]), new Map([[1, { a: 2 }]])],
    ['maps in another order', new Map([[1, 2], [3, 4]]), new Map([[3, 4], [1, 2]])], // prettier-ignore
    ['maps with placeholders', new Map([[1, 'x']]), new Map([[1, expect.any(String)]])],
    ['maps with keys that are alike', new Map([[{ a: 1 }, 2]]), new Map([[{ a: 1 }, 2]])],
    ['sets', new Set([1, [2]]), new Set([[2], 1])],
    ['sets with placeholders', new Set([1, 'x']), new Set([expect.anything(), 1])],
    ['URLs', new URL('http://a/b'), new URL('http://a/b')],
    ['search parameters', new URLSearchParams('a=1'), new URLSearchParams('a=1')],
    ['expressions', /a/g, /a/g],
    ['errors', new TypeError('one', { cause: new Error('a') }), new TypeError('one', { cause: new Error('a') })],
    ['errors with fields', new Coded('one', 1), new Coded('one', 1)],
    ['bytes', new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    ['no bytes', new Uint8Array(), new Uint8Array()],
    ['buffers', new Uint8Array([1]).buffer, new Uint8Array([1]).buffer],
    ['views', new DataView(new Uint8Array([1]).buffer), new DataView(new Uint8Array([0, 1]).buffer, 1)],
    ['boxed strings', Object('a'), Object('a')],
    ['empty objects', {}, {}],
    ['empty objects without a prototype', Object.create(null), Object.create(null)],
    ['empty arrays', [], []],
    ['circles', circle('a'), circle('a')],
    ['what hides its content', secret, secret],
    ['promises', promise, promise],
    ['symbols as keys', { [Symbol.iterator]: 1 }, { [Symbol.iterator]: 1 }],
  ])('that are alike: %s', (_, actual, expected) => {
    const span = new MockTracer().startSpan('work', { tags: { m: actual } }).log({ m: actual });
    assertTag(span, 'm', expected);
    assertLog(span, { m: expected });
  });

  it.each<[string, unknown, unknown]>([
    ['maps with other entries', new Map([[1, 2]]), new Map([[3, 4]])],
    ['maps with other values', new Map([[1, 2]]), new Map([[1, 3]])],
    ['maps with fewer entries', new Map([[1, 2]]), new Map()],
    ['sets', new Set([1]), new Set([2])],
    [
      'sets with one member for two',
      new Set([{ a: 1 }, { a: 2 }]),
      new Set([{ a: 1 }, { a: expect.anything(), b: 1 }]),
    ],
    ['URLs', new URL('http://a/b'), new URL('http://a/c')],
    ['search parameters', new URLSearchParams('a=1'), new URLSearchParams('a=2')],
    ['expressions by source', /a/, /b/],
    ['expressions by flags', /a/, /a/g],
    ['dates', new Date(5), new Date(6)],
    ['errors by message', new TypeError('one'), new TypeError('two')],
    ['errors by class', new TypeError('one'), new RangeError('one')],
    ['errors by name', new Error('one'), Object.assign(new Error('one'), { name: 'AbortError' })],
    ['errors by cause', new Error('one', { cause: 1 }), new Error('one', { cause: 2 })],
    ['errors by field', new Coded('one', 1), new Coded('one', 2)],
    ['errors of errors', new AggregateError([1]), new AggregateError([2])],
    ['bytes', new Uint8Array([1, 2]), new Uint8Array([1, 3])],
    ['buffers', new Uint8Array([1]).buffer, new Uint8Array([2]).buffer],
    ['views', new DataView(new Uint8Array([1]).buffer), new DataView(new Uint8Array([2]).buffer)],
    ['boxed numbers', Object(1), Object(2)],
    ['circles', circle('a'), circle('b')],
    ['what hides its content', new Secret(1), new Secret(1)],
    ['promises', Promise.resolve(1), Promise.resolve(1)],
    ['symbols as keys', { [Symbol.iterator]: 1 }, { [Symbol.iterator]: 2 }],
  ])('that are not alike: %s', (_, actual, expected) => {
    const span = new MockTracer().startSpan('work', { tags: { m: actual } }).log({ m: actual });
    expect(() => assertTag(span, 'm', expected)).toThrow(/to have the tag/);
    expect(() => assertLog(span, { m: expected })).toThrow(/to have a log/);
  });

  it('are shown with their content', () => {
    const span = new MockTracer().startSpan('work', {
      tags: { m: new Map([[1, new Set(['x'])]]), e: new TypeError('no') },
    });
    expect(messageOf(() => assertTag(span, 'm', /x/g))).toContain(
      'the tag m="/x/g": its tags are {"m":{"Map":[[1,{"Set":["x"]}]]},"e":"TypeError: no"}',
    );
  });
});

describe('assertLog', () => {
  const span = new MockTracer().startSpan('work').log({ event: 'error', message: 'no route' }).log({ event: 'retry' });

  it('finds a log with these fields and perhaps others', () => {
    assertLog(span, { event: 'retry' });
    assertLog(span, { event: 'error', message: expect.stringContaining('route') });
    assertLog(span, {});
  });

  it('does not put fields of several logs together', () => {
    expect(messageOf(() => assertLog(span, { event: 'retry', message: 'no route' }))).toBe(
      `expected the span "work" (${span.uuid()}) to have a log with {"event":"retry","message":"no route"}: ` +
        'its logs are {"event":"error","message":"no route"}, {"event":"retry"}\n\nwork [unfinished]',
    );
  });

  it('does not take a missing field for one that is undefined', () => {
    expect(() => assertLog(span, { missing: undefined })).toThrow(/to have a log/);
    expect(messageOf(() => assertLog(new MockTracer().startSpan('silent'), {}))).toContain('it has no logs');
  });
});

describe('assertNothingOpen', () => {
  it('finds nothing over a manager that keeps no scopes', () => {
    const tracer = new MockTracer({ scopeManager: new ScopeManager() });
    assertNothingOpen(tracer);
    tracer.startActiveSpan('open');
    expect(messageOf(() => assertNothingOpen(tracer))).toMatch(
      /^expected nothing to be open:\n- the span "open" .*is not finished/,
    );
  });

  it('finds a scope in which tracing is switched off', () => {
    const tracer = new MockTracer();
    const scope = tracer.scopeManager.activate(noopSpan, false);
    expect(messageOf(() => assertNothingOpen(tracer))).toContain('is active here');
    scope.close();
    assertNothingOpen(tracer);
  });

  it('takes a tracer whose spans are finished and whose scopes are closed', () => {
    const tracer = new MockTracer();
    assertNothingOpen(tracer);
    tracer.withActiveSpan('work', () => {});
    assertNothingOpen(tracer);
  });

  it('lists the spans that are open, and where each was started', () => {
    const tracer = new MockTracer({ ids: 'sequential' });
    leak(tracer);
    tracer.startSpan('finished').finish();
    const message = messageOf(() => assertNothingOpen(tracer));
    expect(message).toMatch(
      /^expected nothing to be open:\n- the span "leak" \(0000000000000001\) is not finished; it was started\n {4}at leak \(.*assertions\.test\.ts:\d+:\d+\)\n {4}at /,
    );
    expect(message).toMatch(/\n\nleak \[unfinished\]\nfinished$/);
    expect(message.match(/\n {4}at /g)?.length).toBeLessThanOrEqual(4);
  });

  it('says so when a scope is left open, although its span is finished', () => {
    const tracer = new MockTracer({ ids: 'sequential' });
    const scope = tracer.startActiveSpan('work');
    scope.span.finish();
    const message = messageOf(() => assertNothingOpen(tracer));
    expect(message).toMatch(
      /^expected nothing to be open:\n- a scope of the span "work" \(0+1\) is active here; it was started\n/,
    );
    expect(message).not.toContain('is not finished');
    scope.close();
    assertNothingOpen(tracer);
  });

  it('looks past the tracer to where withActiveSpan was called', () => {
    const tracer = new MockTracer();
    tracer.withActiveSpan('work', { finishOnClose: false }, () => {});
    expect(messageOf(() => assertNothingOpen(tracer))).toMatch(/it was started\n {4}at .*assertions\.test\.ts/);
  });

  it('names an active span of another tracer by its id, and does without stacks', () => {
    const scopeManager = new SyncStackScopeManager();
    const tracer = new MockTracer({ scopeManager });
    scopeManager.activate(new Tracer().startSpan('a'), false);
    expect(messageOf(() => assertNothingOpen(tracer))).toBe(
      'expected nothing to be open:\n- a scope of the span  is active here',
    );
    const open = tracer.startSpan('open', { ignoreActiveSpan: true });
    open._startStack = undefined;
    expect(messageOf(() => assertNothingOpen(tracer))).toContain(`"open" (${open.uuid()}) is not finished\n`);
  });
});

function leak(tracer: MockTracer): void {
  tracer.startSpan('leak');
}
