import { describe, expect, it } from 'vitest';

// The matrix runs from its sources, without types: `npm run test:matrix`.
interface Outcome {
  runtime: { name: string; title: string };
  report: {
    results: { part: string; suite?: string; name: string; outcome: string; error?: string }[];
    unavailable: { part: string; reason: string }[];
    notes: { part: string; note: string }[];
  };
}

const { columns, suites } = await module<{ columns: string[]; suites: Record<string, string[]> }>('columns.mjs');
const { chromiumPath } = await module<{
  chromiumPath: (env: Record<string, string | undefined>, exists: (file: string) => boolean) => string;
}>('chromium-path.mjs');
const { failuresOf, mustBeHad, tableOf } = await module<{
  failuresOf: (outcome: Outcome, isNeeded: boolean) => string[];
  mustBeHad: (runtime: { kind: string }, asked: { all: boolean; env: Record<string, string> }) => boolean;
  tableOf: (outcomes: Outcome[]) => string;
}>('report.mjs');

async function module<T>(name: string): Promise<T> {
  return (await import(new URL(`../matrix/runner/${name}`, import.meta.url).href)) as T;
}

/** A runtime in which one case of each column passed, of each suite. */
function whole(name = 'bun'): Outcome {
  const results = columns.flatMap((part) =>
    (suites[part] ?? [undefined]).map((suite) => ({
      part,
      ...(suite && { suite }),
      name: 'a case',
      outcome: 'passed',
    })),
  );
  return { runtime: { name, title: name }, report: { results, unavailable: [], notes: [] } };
}

function without(column: string, name?: string): Outcome {
  const outcome = whole(name);
  outcome.report.results = outcome.report.results.filter(({ part }) => part !== column);
  return outcome;
}

describe('a runtime of the matrix', () => {
  it('passes when each column has a case that passed', () => {
    expect(failuresOf(whole(), true)).toEqual([]);
  });

  it.each(columns)('fails when it does not report the column %s', (column) => {
    expect(failuresOf(without(column), true)).toEqual([`bun: the column ${column} is missing: nobody reported it`]);
  });

  it('fails when a column turns itself off, with what it says', () => {
    const outcome = without('effect 4');
    outcome.report.unavailable.push({ part: 'effect 4', reason: 'no such library' });
    expect(failuresOf(outcome, true)).toEqual(['bun: the column effect 4 is missing: no such library']);
  });

  it('fails when a column asks nothing', () => {
    const outcome = without('coroutine');
    for (const suite of suites['coroutine'] ?? []) {
      outcome.report.results.push({ part: 'coroutine', suite, name: 'a case', outcome: 'absent' });
    }
    expect(failuresOf(outcome, true)).toEqual(['bun: the column coroutine is missing: none of its cases was asked']);
  });

  it('fails when it reports a column that is not listed', () => {
    const outcome = whole();
    outcome.report.results.push({ part: 'fibers', name: 'a case', outcome: 'passed' });
    expect(failuresOf(outcome, true)).toEqual(['bun: the column fibers is not listed in runner/columns.mjs']);
  });

  const managers = Object.entries(suites).flatMap(([column, wanted]) => wanted.map((suite) => [column, suite]));

  it.each(managers)('fails when the column %s loses its suite %s', (column, suite) => {
    const outcome = whole();
    outcome.report.results = outcome.report.results.filter(
      (result) => result.part !== column || result.suite !== suite,
    );
    expect(failuresOf(outcome, true)).toEqual([
      `bun: the column ${column} lacks the suite ${suite}: none of its cases ran`,
    ]);
  });

  it('fails when a column loses a case that others have, and knows that one which is impossible is the same', () => {
    const outcome = whole();
    for (const part of Object.keys(suites)) {
      const name = part === 'zone.js' ? 'not (nativeAwait): across await' : 'across await';
      if (part !== 'effect 3') {
        outcome.report.results.push({ part, suite: 'conformance', name, outcome: 'passed' });
      }
    }
    expect(failuresOf(outcome, true)).toEqual(['bun: the column effect 3 lacks of conformance: across await']);
  });

  it('fails when a column runs a suite that is not listed for it', () => {
    const outcome = whole();
    outcome.report.results.push({ part: 'coroutine', suite: 'soak', name: 'a case', outcome: 'passed' });
    expect(failuresOf(outcome, true)).toEqual([
      'bun: the column coroutine runs soak, which is not listed in runner/columns.mjs',
    ]);
  });

  it('may lack a column where that is listed, with a reason, and not where it has it', () => {
    const outcome = without('AsyncContext', 'chromium');
    outcome.report.results = outcome.report.results.filter(({ part }) => part !== 'AsyncLocalStorage');
    const unlisted = 'is listed as lacking, and does not say why';
    expect(failuresOf(outcome, true)).toEqual([
      `chromium: the column AsyncLocalStorage ${unlisted}`,
      `chromium: the column AsyncContext ${unlisted}`,
    ]);
    for (const part of ['AsyncLocalStorage', 'AsyncContext']) {
      outcome.report.unavailable.push({ part, reason: 'no node:async_hooks' });
    }
    expect(failuresOf(outcome, true)).toEqual([]);
  });
});

describe('a runtime that cannot be had', () => {
  const outcome = { runtime: { name: 'deno', title: 'Deno' }, unavailable: 'npm install failed' } as unknown as Outcome;

  it('is a failure with its reason where it must be had, and is left out else', () => {
    expect(failuresOf(outcome, true)).toEqual(['Deno: cannot be had: npm install failed']);
    expect(failuresOf(outcome, false)).toEqual([]);
  });

  it.each([
    ['asked for by --only', 'deno', false, {}, true],
    ['one of all', 'deno', true, {}, false],
    ['one of all, in CI', 'deno', true, { CI: 'true' }, true],
    ['one of all, with CI=false', 'deno', true, { CI: 'false' }, false],
    ['a Chromium of the machine', 'chromium', true, { CHROMIUM: '' }, false],
    ['a Chromium that is named', 'chromium', true, { CHROMIUM: '/opt/chrome' }, true],
    ['another, where a Chromium is named', 'deno', true, { CHROMIUM: '/opt/chrome' }, false],
  ])('must be had when it is %s', (_, kind, all, env, expected) => {
    expect(mustBeHad({ kind }, { all, env })).toBe(expected);
  });
});

describe('the Chromium of the matrix', () => {
  const there =
    (...files: string[]) =>
    (file: string) =>
      files.includes(file);

  it('is the one that is named, or the usual one', () => {
    expect(chromiumPath({ CHROMIUM: '/opt/chrome' }, there('/opt/chrome', '/usr/bin/chromium'))).toBe('/opt/chrome');
    expect(chromiumPath({}, there('/usr/bin/google-chrome'))).toBe('/usr/bin/google-chrome');
    expect(chromiumPath({ CHROMIUM: '' }, there('/usr/bin/chromium'))).toBe('/usr/bin/chromium');
  });

  it('is no other than the one that is named', () => {
    expect(() => chromiumPath({ CHROMIUM: '/nonexistent' }, there('/usr/bin/chromium'))).toThrow(
      'CHROMIUM names /nonexistent, which does not exist',
    );
    expect(() => chromiumPath({}, there())).toThrow('no Chromium found (looked at /usr/bin/chromium');
  });
});

describe('a cell of the matrix', () => {
  it('counts what passed, what is impossible and what is absent each for itself, and has a note', () => {
    const outcome = without('coroutine');
    const outcomes = ['passed', 'passed', 'failed', 'impossible', 'absent', 'absent', 'absent'];
    outcome.report.results.push(...outcomes.map((each) => ({ part: 'coroutine', name: each, outcome: each })));
    outcome.report.notes.push({ part: 'effect 4', note: 'over something' });
    const row = tableOf([outcome]).split('\n').at(-1) ?? '';
    expect(row).toContain('| 2 of 3, 1 impossible, 3 absent |');
    expect(row).toContain('| 3 (over something) |');
  });
});
