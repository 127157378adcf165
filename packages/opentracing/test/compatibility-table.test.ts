import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AsyncResource } from 'node:async_hooks';

import {
  BinaryCarrier,
  childOf,
  followsFrom,
  globalTracer,
  initGlobalTracer,
  InvalidCarrierException,
  type KeyValues,
  noopSpan,
  Reference,
  ScopeManager,
  Span,
  SpanContextCorruptedException,
  startChildSpan,
  Tracer,
  UnsupportedFormatException,
} from '@spanwise/opentracing';
import { MockTracer } from '@spanwise/opentracing/mock';
import { AsyncLocalStorageScopeManager } from '@spanwise/opentracing/scope-managers/async-local-storage';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const home = path.join(import.meta.dirname, '..');
const checker = path.join(import.meta.dirname, '../../../build/compatibility.mjs');

describe('npm run compatibility', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'compatibility-table-'));
    for (const file of ['a.test.ts', 'b.test.ts', 'c.test.ts']) writeFileSync(path.join(directory, file), '');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const file = (name: string): string => path.join(directory, name);
  const statuses = { passes: 'passed', fails: 'failed', skips: 'skipped', 'is still to do': 'todo' };
  const tests = Object.entries(statuses).map(([title, status]) => ({ ancestorTitles: ['a thing'], title, status }));

  /** Checks a table with these rows; the features 1 and 2 must be in it, and only 1 cannot be left out for a reason. */
  function check(...rows: string[]): { status: number | null; output: string } {
    const report = {
      testResults: [
        { name: file('a.test.ts'), assertionResults: tests },
        {
          name: file('b.test.ts'),
          assertionResults: [
            { ancestorTitles: [], title: 'moved | here [x]_y_', status: 'passed' },
            { ancestorTitles: ['a group', 'inside'], title: 'one', status: 'passed' },
            { ancestorTitles: ['a group', 'inside'], title: 'two', status: 'passed' },
          ],
        },
        { name: file('c.test.ts'), message: 'SyntaxError: broken\n at x', assertionResults: [] },
      ],
    };
    writeFileSync(file('report.json'), JSON.stringify(report));
    writeFileSync(file('features.json'), '{ "must": [1], "should": [2], "may": [3] }');
    writeFileSync(
      file('table.md'),
      ['# Table', '', '| Python | ours | shown by |', '|---|---|---|', ...rows, ''].join('\n'),
    );
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [checker, '--report', file('report.json'), '--table', file('table.md'), '--features', file('features.json')],
      { encoding: 'utf8' },
    );
    return { status, output: stdout + stderr };
  }

  const row = (numbers: string, proof: string): string => `| <!-- ${numbers} --> \`a\` | \`b\` | ${proof} |`;
  const second = row('2', 'not here: nobody asks for it');

  it('accepts tests that passed, and reasons', () => {
    expect(check(row('1', '[a thing > passes](a.test.ts)'), second)).toEqual({
      status: 0,
      output: '2 rows: 1 with tests, 1 with a reason, 0 not yet\n',
    });
  });

  it('takes several tests, groups of tests, escaped titles and several features in one row', () => {
    const proof = String.raw`[moved \| here \[x\]\_y\_](b.test.ts), [a group](b.test.ts), [a group > inside > two](b.test.ts)`;
    expect(check(row('1, 2', proof)).output).toBe('1 rows: 1 with tests, 0 with a reason, 0 not yet\n');
  });

  it('counts what is not there yet', () => {
    expect(check(row('1', '[a thing > passes](a.test.ts)'), row('2', 'not yet: the next thing to do'))).toEqual({
      status: 0,
      output: '2 rows: 1 with tests, 0 with a reason, 1 not yet\n',
    });
  });

  it.each([
    ['[a thing > exists](a.test.ts)', 'no test "a thing > exists" in'],
    ['[a thing > pases](a.test.ts)', 'the nearest is "a thing > passes"'],
    ['[a thin](a.test.ts)', 'the nearest is "a thing"'],
    [String.raw`[moved \| here \[x\]\_y\_](a.test.ts)`, /; it is in .*b\.test\.ts now/],
    ['[a thing > skips](a.test.ts)', 'the test "a thing > skips" in'],
    [
      '[a thing > skips](a.test.ts)',
      'did not run (skipped); the tests of the dependents need `npm run dependents:install`',
    ],
    ['[a thing > is still to do](a.test.ts)', 'did not run (todo)'],
    ['[a thing > fails](a.test.ts)', /"a thing > fails" in .*a\.test\.ts failed/],
    ['[a thing > passes](a.test.ts), [a thing > fails](a.test.ts)', /"a thing > fails" in .* failed/],
    ['[a thing](a.test.ts)', /"a thing > fails" in .* failed/],
    ['[a thing](c.test.ts)', /c\.test\.ts could not be loaded; named for "a thing": SyntaxError: broken/],
    ['[a thing](gone.test.ts)', 'no such file: gone.test.ts'],
    ['works', 'neither a link to a test nor a reason'],
    ['not yet: soon', '"not yet" is no answer for what must be there: 1'],
    ['not here: nobody asks for it', '"not here" is no answer for what must be there: 1'],
    ['not here: [a thing > passes](a.test.ts) does', '"not here" is no answer for what must be there: 1'],
    ['not here:', 'neither a link to a test nor a reason'],
    ['[more](gone.md), not here: see there', 'no such file: gone.md'],
  ])('refuses a row shown by %s: %s', (proof, message) => {
    const { status, output } = check(row('1', proof), second);
    expect(status).toBe(1);
    expect(output).toMatch(message);
    expect(output).toMatch(/table\.md:5: /);
  });

  it('refuses a table that forgets a feature, or a row without its number', () => {
    const { status, output } = check(row('1', '[a thing > passes](a.test.ts)'), '| `a` | `b` | not here: why |');
    expect(status).toBe(1);
    expect(output).toMatch(/table\.md:1: features without a row: 2\n/);
    expect(output).toMatch(/table\.md:6: the first cell has no comment/);
  });

  it('takes a row of a feature that may be left out, and refuses one with a number that no feature has', () => {
    const first = row('1', '[a thing > passes](a.test.ts)');
    expect(check(first, second, row('3', 'not here: nobody asks for it')).status).toBe(0);
    const { status, output } = check(first, second, row('2, 3, 4, 3050', '[a thing > passes](a.test.ts)'));
    expect(status).toBe(1);
    expect(output).toMatch(/table\.md:7: no features have the numbers 4, 3050\n/);
  });

  it('refuses a file that the report does not have', () => {
    writeFileSync(file('d.test.ts'), '');
    expect(check(row('1', '[x](d.test.ts)'), second)).toMatchObject({
      status: 1,
      output: expect.stringMatching(/d\.test\.ts was not run; named for "x"/) as string,
    });
  });

  it('leaves tables of other kinds alone', () => {
    const other = ['', '| a | b |', '|---|---|', '| c | d |'];
    expect(check(row('1, 2', '[a thing > passes](a.test.ts)'), ...other).status).toBe(0);
  });
});

describe('what the table says and no other test shows', () => {
  it.each([
    ['alone', () => new Tracer()],
    ['with a scope manager', () => new Tracer(new AsyncLocalStorageScopeManager())],
    ['with an argument that is none', () => new Tracer({ serviceName: 'x' } as never)],
  ])(
    'the base tracer is the no-op as it is, %s: nothing throws, and each call gives the one span or context',
    async (_, make) => {
      const tracer = make();
      const carrier = { a: 'b' };
      const span = tracer.startSpan('a', { childOf: null, references: [childOf(null)], tags: { a: 1 }, startTime: 5 });
      const others = [tracer.startSpan(), tracer.startSpan('b', { ignoreActiveSpan: true }), startChildSpan(span, 'c')];
      const chain = span.setTag('a', {}).addTags({}).log({}, 5).setOperationName('').setBaggageItem('a', 'b');
      expect([span, ...others, chain]).toEqual(Array(5).fill(noopSpan));
      expect(others.every((other) => other === noopSpan)).toBe(true);
      expect([span.getBaggageItem('a'), span.logEvent('a', 1), span.finish(5), span.finish()]).toEqual(
        Array(4).fill(undefined),
      );
      for (const format of ['text_map', 'http_headers', 'binary', 'of tomorrow']) {
        expect(tracer.inject(span, format, carrier)).toBeUndefined();
        expect(tracer.extract(format, carrier)).toBe(noopSpan.context());
      }
      expect(carrier).toEqual({ a: 'b' });
      expect([span.context().toTraceId(), span.context().toSpanId()]).toEqual(['', '']);
      const scope = tracer.startActiveSpan('a');
      expect([scope.span, tracer.activeSpan]).toEqual([noopSpan, null]);
      scope.close();
      scope.close();
      expect(tracer.withActiveSpan('a', (given) => given)).toBe(noopSpan);
      expect(tracer.withActiveSpan(span, {}, (given) => given)).toBe(noopSpan);
      expect(tracer.trace('a', (given) => given)).toBe(noopSpan);
      expect(tracer.trace('a', (given, done) => (done(), given))).toBe(noopSpan);
      expect(tracer.wrap('a', (one: number, two: number) => one + two)(1, 2)).toBe(3);
      await tracer.close();
      expect(tracer.startSpan('after close')).toBe(noopSpan);
    },
  );

  it('without a scope manager of its own a tracer has one that does nothing, and the no-op one that shows its scope', () => {
    class Recording extends Tracer {
      protected override _startSpan(): Span {
        return new Span();
      }
    }
    const [recording, noop] = [new Recording(), new Tracer()];
    expect(recording.scopeManager.activate(recording.startSpan('a'), true).span).toBeInstanceOf(Span);
    expect([recording.scopeManager.active, recording.activeSpan]).toEqual([null, null]);
    expect(noop.scopeManager.active?.span).toBe(noopSpan);
    expect(noop.scopeManager.active).toBe(new Tracer().startActiveSpan('a'));
    expect(new ScopeManager().active?.span).toBe(noopSpan);
    expect(new MockTracer().scopeManager.active).toBeNull();
  });

  it('startSpan takes the time of now, and makes nothing active', () => {
    const tracer = new MockTracer({ nowMillis: () => 1234.5 });
    expect(tracer.startSpan('a').startTime()).toBe(1234.5);
    expect([tracer.activeSpan, tracer.scopeManager.active]).toEqual([null, null]);
  });

  it('the tags of the start are copied: what the span gets later is not in the object that was given', () => {
    const tags = Object.freeze({ a: 1 });
    const span = new MockTracer().startSpan('a', { tags }).setTag('a', 2).setTag('b', 3);
    expect([tags, span.tags()]).toEqual([{ a: 1 }, { a: 2, b: 3 }]);
  });

  it('ignoreActiveSpan leaves out the active span alone: references that are given count', () => {
    const tracer = new MockTracer();
    const other = tracer.startSpan('other');
    tracer.withActiveSpan('active', () => {
      const ignoreActiveSpan = true;
      const followed = tracer.startSpan('a', { references: [followsFrom(other)], ignoreActiveSpan });
      const child = tracer.startSpan('b', { childOf: other, ignoreActiveSpan });
      const root = tracer.startSpan('c', { references: [childOf(null)], ignoreActiveSpan });
      expect([followed, child, root].map((span) => span.parentId())).toEqual([other.uuid(), other.uuid(), undefined]);
    });
  });

  it('startChildSpan asks the tracer of the parent, and passes options on', () => {
    const tracer = new MockTracer();
    const parent = tracer.startSpan('parent');
    const child = startChildSpan(parent, 'child', { tags: { a: 1 }, startTime: 5 });
    expect(tracer.report().spans[1]).toBe(child);
    expect(tracer.report().spans[1]).toMatchObject({ _parentId: parent.uuid(), _tags: { a: 1 }, _startMs: 5 });
  });

  it('setTag and addTags end in one hook, and give the span', () => {
    class Hooked extends Span {
      readonly seen: KeyValues[] = [];
      protected override _addTags(keyValues: KeyValues): void {
        this.seen.push(keyValues);
      }
    }
    const span = new Hooked();
    expect(span.setTag('a', 1).addTags({ b: 2, c: 3 })).toBe(span);
    expect(span.seen).toEqual([{ a: 1 }, { b: 2, c: 3 }]);
  });

  it('what is thrown is tagged, then logged, and then the span finishes', () => {
    const calls: unknown[] = [];
    class Noting extends Span {
      protected override _addTags(keyValues: KeyValues): void {
        calls.push(keyValues);
      }
      protected override _log(fields: KeyValues): void {
        calls.push(fields);
      }
      protected override _finish(): void {
        calls.push('finish');
      }
    }
    const error = new RangeError('too far');
    const tracer = new MockTracer();
    const work = (): never => {
      throw error;
    };
    expect(() => tracer.withActiveSpan(new Noting(), { finishOnClose: true }, work)).toThrow(error);
    const log = {
      event: 'error',
      message: 'too far',
      'error.object': error,
      'error.kind': 'RangeError',
      stack: error.stack,
    };
    expect(calls).toEqual([{ error: true }, log, 'finish']);
  });

  it('the baggage of a context cannot be changed, and of the no-op is one empty object', () => {
    const { baggage } = new MockTracer().startSpan('a').setBaggageItem('a', 'b').context();
    expect(() => Object.assign(baggage, { a: 'c' })).toThrow(TypeError);
    expect(baggage).toEqual({ a: 'b' });
    const ofNoop = (): unknown => (new Tracer().startSpan('a').context() as { baggage?: unknown }).baggage;
    expect(ofNoop()).toEqual({});
    expect(Object.isFrozen(ofNoop())).toBe(true);
    expect(ofNoop()).toBe(ofNoop());
  });

  it('inject of nothing writes nothing, and does not throw', () => {
    const carrier = {};
    for (const tracer of [new MockTracer(), new MockTracer({ strict: true }), new Tracer()]) {
      for (const nothing of [null, undefined]) tracer.inject(nothing as never, 'text_map', carrier);
    }
    expect(carrier).toEqual({});
  });

  it('inject keeps the other entries of a text map, and replaces the bytes of a binary carrier', () => {
    const tracer = new MockTracer();
    const [text, binary] = [{ Other: 'x' }, new BinaryCarrier([1, 2, 3])];
    const span = tracer.startSpan('a');
    expect(tracer.inject(span, 'text_map', text)).toBeUndefined();
    tracer.inject(span, 'binary', binary);
    expect(text).toMatchObject({ Other: 'x', 'ot-tracer-spanid': span.uuid() });
    expect(Array.from(binary.buffer).slice(0, 3)).not.toEqual([1, 2, 3]);
    expect(tracer.extract('binary', binary)?.toSpanId()).toBe(span.uuid());
  });

  it('a second initGlobalTracer replaces the first, for those who hold the global tracer too', () => {
    const held = globalTracer();
    const [first, second] = [new MockTracer(), new MockTracer()];
    initGlobalTracer(first);
    held.startSpan('of the first');
    initGlobalTracer(second);
    held.startSpan('of the second');
    initGlobalTracer(null);
    expect(held.startSpan('of nobody')).toBe(noopSpan);
    const names = [first, second].map((tracer) => tracer.report().spans.map((span) => span.operationName()));
    expect(names).toEqual([['of the first'], ['of the second']]);
  });

  it('finishedSpans gives a new list each time: what is done to it does not reach the tracer', () => {
    const tracer = new MockTracer();
    tracer.startSpan('a').finish();
    tracer.finishedSpans().pop();
    expect(tracer.finishedSpans()).toHaveLength(1);
  });

  it('reset keeps the formats that were registered, and counts ids on', () => {
    const tracer = new MockTracer({ ids: 'sequential' });
    tracer.registerPropagator('mine', { inject: () => {}, extract: () => null });
    const before = tracer.startSpan('a');
    before.finish();
    tracer.reset();
    expect(tracer.extract('mine', {})).toBeNull();
    expect(Number.parseInt(tracer.startSpan('b').uuid(), 16)).toBeGreaterThan(Number.parseInt(before.uuid(), 16));
  });

  it('a report has all spans, the unfinished ones, short forms, and indexes by id and by tag', () => {
    const tracer = new MockTracer();
    const [one, other] = [tracer.startSpan('one', { tags: { a: 1 } }), tracer.startSpan('other', { tags: { a: 1 } })];
    one.finish();
    const report = tracer.report();
    expect([report.spans, report.unfinishedSpans]).toEqual([[one, other], [other]]);
    expect(report.debugSpans).toEqual([one.debug(), other.debug()]);
    expect(report).toMatchObject({ spansByUUID: { [one.uuid()]: one }, spansByTag: { a: { 1: [one, other] } } });
    expect([report.firstSpanWithTagValue('a', 1), report.firstSpanWithTagValue('a', 2)]).toEqual([one, null]);
  });

  it('childOf is the parent, also beside child-of references before it', () => {
    const tracer = new MockTracer();
    const [one, other] = [tracer.startSpan('one'), tracer.startSpan('other')];
    const child = tracer.startSpan('child', { childOf: other, references: [childOf(one)] });
    expect(child.parentId()).toBe(other.uuid());
    expect(child.references()).toHaveLength(2);
  });

  it('a reference of another type is kept', () => {
    const tracer = new MockTracer();
    const [one, other] = [tracer.startSpan('one'), tracer.startSpan('other')];
    const span = tracer.startSpan('span', { references: [new Reference('of_tomorrow', one), childOf(other)] });
    expect(span.references().map((reference) => reference.type())).toEqual(['of_tomorrow', 'child_of']);
    expect(span.parentId()).toBe(other.uuid());
  });

  it.each([
    [new InvalidCarrierException('x'), 'InvalidCarrierException', 'OT_INVALID_CARRIER'],
    [new SpanContextCorruptedException('x'), 'SpanContextCorruptedException', 'OT_SPAN_CONTEXT_CORRUPTED'],
    [new UnsupportedFormatException('x'), 'UnsupportedFormatException', 'OT_UNSUPPORTED_FORMAT'],
  ])('exceptions are told by name and code', (error, name, code) => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name, code });
  });

  it('AsyncResource.bind keeps the active span', () => {
    const tracer = new MockTracer(new AsyncLocalStorageScopeManager());
    const bound = tracer.withActiveSpan('a', { finishOnClose: false }, (span) => ({
      span,
      parent: AsyncResource.bind(() => tracer.startSpan('b').parentId()),
    }));
    expect(tracer.activeSpan).toBeNull();
    expect(bound.parent()).toBe(bound.span.context().toSpanId());
  });

  it.each(['text_map', 'http_headers', 'binary'])('a baggage key may be __proto__ (%s)', (format) => {
    const tracer = new MockTracer();
    const span = tracer.startSpan('a').setBaggageItem('__proto__', 'x').setBaggageItem('constructor', 'y');
    expect(span.getBaggageItem('__proto__')).toBe('x');
    const carrier = {};
    tracer.inject(span, format, carrier);
    const child = tracer.startSpan('b', { childOf: tracer.extract(format, carrier) });
    expect([child.getBaggageItem('__proto__'), child.getBaggageItem('constructor')]).toEqual(['x', 'y']);
    expect(tracer.startSpan('c').getBaggageItem('__proto__')).toBeUndefined();
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('importing changes no global and no prototype, but for the symbol by which require and import share', () => {
    const script = `
      const look = () => Object.getOwnPropertyNames(globalThis).map((name) => [name, globalThis[name]?.prototype])
        .map(([name, object]) => [name, object ? Reflect.ownKeys(object).length : 0]).join();
      const [before, listeners] = [look(), process.eventNames().length];
      const known = new Set(Object.getOwnPropertySymbols(globalThis));
      for (const name of ['', '/mock', '/tags', '/conformance', '/scope-managers/async-local-storage']) {
        require('@spanwise/opentracing' + name);
      }
      const added = Object.getOwnPropertySymbols(globalThis).filter((symbol) => !known.has(symbol));
      console.log(look() === before, process.eventNames().length === listeners,
        ...added.map((symbol) => Symbol.keyFor(symbol)));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });
    expect(stdout || stderr).toBe(`true true @spanwise/opentracing in ${path.join(home, 'lib')}\n`);
  });

  it('a start-up snapshot may hold the package', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'opentracing-snapshot-'));
    try {
      const [blob, entry] = [path.join(directory, 'snapshot.blob'), path.join(directory, 'entry.cjs')];
      writeFileSync(
        entry,
        // A snapshot is made of one script that has no `module`.
        `const module = {};
        {${readFileSync(path.join(home, 'lib/index.js'), 'utf8')}}
        const { MockTracer } = module.exports;
        const tracer = new MockTracer();
        require('node:v8').startupSnapshot.setDeserializeMainFunction(() => {
          tracer.trace('a', () => undefined);
          console.log(tracer.report().spans.length);
        });`,
      );
      const run = (...flags: string[]) =>
        spawnSync(process.execPath, ['--snapshot-blob', blob, ...flags], { encoding: 'utf8' });
      const built = run('--build-snapshot', entry);
      expect(built.status, built.stderr).toBe(0);
      expect(run().stdout).toBe('1\n');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

// Of the package as it is built, under the names and conditions by which a bundler finds its files.
describe('bundles', () => {
  const { exports, spanwise } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as {
    exports: Record<string, string | Record<string, unknown>>;
    spanwise: { entries: string[] };
  };
  const entries = Object.entries(exports).flatMap(([name, target]) =>
    typeof target === 'object' && '@spanwise/source' in target ? [`opentracing${name.slice(1)}`] : [],
  );
  const deep = spanwise.entries
    .filter((source) => !source.endsWith('/main.ts')) // a program
    .map((source) => source.replace(/^\.\/src\/(.*)\.ts$/, 'opentracing/lib/$1'));
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'bundles-'));
    mkdirSync(path.join(directory, 'node_modules'));
    symlinkSync(home, path.join(directory, 'node_modules/opentracing'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  /** What the bundle of an application prints, and its code. */
  async function run(format: 'cjs' | 'esm', code: string): Promise<{ printed: unknown; bundled: string }> {
    const [input, file] = ['application.js', format === 'cjs' ? 'bundle.cjs' : 'bundle.mjs'].map((name) =>
      path.join(directory, name),
    ) as [string, string];
    writeFileSync(input, code);
    // esbuild, webpack, Rollup and Vite have these conditions; `import` or `require` is added for each import.
    const resolve = { conditionNames: ['module', 'node', 'default'] };
    const build = await rolldown({ input, resolve, platform: 'node', logLevel: 'silent' });
    const { output } = await build.write({ file, format });
    await build.close();
    expect(output).toHaveLength(1);
    const { stdout, stderr } = spawnSync(process.execPath, [file], { cwd: directory, encoding: 'utf8' });
    if (stdout === '') throw new Error(stderr);
    return { printed: JSON.parse(stdout), bundled: output[0].code };
  }

  describe.each(['cjs', 'esm'] as const)('in %s', (format) => {
    it('give the no-op span its tracer, also where nothing else of tracers is used', async () => {
      const code = `import { noopSpan, Span, startChildSpan } from 'opentracing';
        console.log(JSON.stringify([startChildSpan(noopSpan, 'x') === noopSpan, new Span().tracer().startSpan('x') === noopSpan]));`;
      expect((await run(format, code)).printed).toEqual([true, true]);
    });

    it('of all entries run by themselves, load nothing at run time but modules of Node, and have all exports as default', async () => {
      const imports = entries.map(
        (entry, index) => `import whole${index}, * as names${index} from ${JSON.stringify(entry)};`,
      );
      const pairs = entries.map((_, index) => `[whole${index}, names${index}]`);
      const code = `${imports.join('\n')}
        const differs = ([whole, names]) => Object.keys(names).filter((name) => name !== 'default' && whole[name] !== names[name]);
        const surplus = ([whole, names]) => Object.keys(whole).filter((name) => !(name in names) || name === 'default');
        const pairs = [${pairs.join()}];
        console.log(JSON.stringify({
          full: pairs.filter(([whole]) => Object.keys(whole).length > 0).length,
          different: pairs.flatMap((pair) => [...differs(pair), ...surplus(pair)]),
        }));`;
      const { printed, bundled } = await run(format, code);
      expect(printed).toEqual({ full: entries.length, different: [] });
      const withoutComments = bundled.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
      // Methods of this name aside.
      const loads = [...withoutComments.matchAll(/(?<![.\w])(?:require|import)\(([^)]*)\)(?!\s*\{)|\bfrom "([^"]*)"/g)];
      const loaded = loads.map(([, called, named]) => called ?? `"${named}"`);
      expect(loaded.length).toBeGreaterThan(0);
      expect(loaded.filter((name) => !/^(['"`])node:[\w/]+\1$/.test(name))).toEqual([]);
    });

    it('have each module once, by whatever path it is reached, with require and with import', async () => {
      const paths = [...deep.flatMap((name) => [name, `${name}.js`]), 'opentracing/lib', 'opentracing/lib/mock_tracer'];
      const code = `
        import { ${['Tracer', 'Span', 'SpanContext', 'MockTracer', 'globalTracer'].join()} } from 'opentracing';
        import * as mock from 'opentracing/mock';
        import DeepTracer from 'opentracing/lib/tracer';
        const main = require('opentracing');
        const modules = { ${paths.map((name) => `${JSON.stringify(name)}: require(${JSON.stringify(name)})`).join()} };
        const known = { ...mock, ...main };
        const second = Object.entries(modules).flatMap(([path, exported]) => Object.keys(exported)
          .filter((name) => typeof exported[name] === 'function' && name !== 'default' && name in known && exported[name] !== known[name])
          .map((name) => path + ' ' + name));
        console.log(JSON.stringify({
          modules: Object.values(modules).filter((exported) => Object.keys(exported).length > 0).length,
          second,
          same: [main.Tracer === Tracer, DeepTracer === Tracer, new mock.MockSpan(new MockTracer()) instanceof Span,
            modules['opentracing/lib/global_tracer'].globalTracer === globalTracer,
            modules['opentracing/lib/tracer'].default === Tracer, new SpanContext() instanceof modules['opentracing/lib/span_context'].SpanContext],
        }));`;
      const { printed } = await run(format, code);
      expect(printed).toEqual({ modules: paths.length, second: [], same: Array(6).fill(true) });
    });
  });

  it('have what Node gives, but exports that cannot be replaced; methods can', async () => {
    const code = `
      const opentracing = require('opentracing');
      const replace = (object, name) => {
        try { object[name] = () => 'stub'; } catch {}
        return object[name]() === 'stub';
      };
      const tracer = new opentracing.MockTracer();
      console.log(JSON.stringify([replace(opentracing, 'globalTracer'), replace(tracer, 'report'), replace(opentracing.Tracer.prototype, 'startSpan')]));`;
    expect((await run('cjs', code)).printed).toEqual([false, true, true]);
  });

  it('need all ES modules that are built: each is reached from an export', () => {
    const lib = path.join(home, 'lib');
    const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.mjs'));
    const reached = new Set<string>();
    const reach = (file: string): void => {
      if (reached.has(file) || !files.includes(file)) return;
      reached.add(file);
      const code = readFileSync(path.join(lib, file), 'utf8');
      for (const [, target = ''] of code.matchAll(/(?:from|import) "(\.[^"]*)"/g)) {
        reach(path.join(path.dirname(file), target));
      }
    };
    const targets = [...JSON.stringify(exports).matchAll(/"\.\/lib\/([^"*]*)(\*?)([^"*]*)"/g)];
    for (const [, start = '', any, end = ''] of targets) {
      for (const file of files) {
        if (any ? file.startsWith(start) && file.endsWith(end) : file === start) reach(file);
      }
    }
    expect(files.filter((file) => !file.endsWith('.d.mts') && !reached.has(file))).toEqual([]);
  });

  it('of a part have no part of the rest: the default export takes no room where nobody asks for it', async () => {
    const { bundled } = await run('esm', `import { Tags } from 'opentracing'; console.log(JSON.stringify(Tags));`);
    expect(bundled).not.toContain('MockTracer');
    expect(bundled).toContain('SPAN_KIND');
  });
});

describe('the runtimes', () => {
  const packages = path.join(import.meta.dirname, '../..');
  const document = readFileSync(path.join(packages, '../docs/runtimes.md'), 'utf8');
  const [, , ...rows] = document
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );

  it('that the page has are those of the matrix, in their versions, and a browser', () => {
    const file = path.join(import.meta.dirname, '../matrix/versions.json');
    const versions = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
    const titles = rows.map(([title = '']) => title.toLowerCase());
    for (const [name, version] of versions) expect(titles).toContain(`${name.replace(/\d+$/, '')} ${version}`);
    expect(titles.filter((title) => title.startsWith('chromium '))).toHaveLength(1);
    for (const name of ['node 20.', 'node 22.', 'node 24.', 'node 26.', 'bun ', 'deno ', 'workerd ']) {
      expect(titles.filter((title) => title.startsWith(name))).toHaveLength(1);
    }
  });

  it('pass in each cell, or the cell says what is missing there', () => {
    for (const [title, ...cells] of rows) {
      const bad = cells.filter((cell) => !/^[1-9]\d*(, .*)?$|^–$|^not available: ./.test(cell));
      expect([title, bad]).toEqual([title, []]);
      expect(cells.filter((cell) => /^\d/.test(cell)).length).toBeGreaterThanOrEqual(11);
    }
  });

  it('of Node begin where every package says so', () => {
    const manifests = readdirSync(packages).map(
      (name) =>
        JSON.parse(readFileSync(path.join(packages, name, 'package.json'), 'utf8')) as { engines?: { node: string } },
    );
    expect(new Set(manifests.map(({ engines }) => engines?.node))).toEqual(new Set(['>=20.19']));
  });
});
