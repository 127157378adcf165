import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AsyncResource } from 'node:async_hooks';

import {
  childOf,
  InvalidCarrierException,
  Reference,
  SpanContextCorruptedException,
  UnsupportedFormatException,
} from '@spanwise/opentracing';
import { MockTracer } from '@spanwise/opentracing/mock';
import { AsyncLocalStorageScopeManager } from '@spanwise/opentracing/scope-managers/async-local-storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const home = path.join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as { version: string };
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

  /** Checks a table with these rows; the features 1 and 2 must be in it. */
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
    writeFileSync(file('features.json'), '{ "must": [1], "should": [2] }');
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
        ...added.map((symbol) => Symbol.keyFor(symbol).replace(/ .*/, '')));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });
    expect(stdout || stderr).toBe(`true true @spanwise/opentracing@${version}\n`);
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
