import { describe, expect, it } from 'vitest';

// The matrix runs from its sources, without types: `npm run test:matrix`.
interface Outcome {
  runtime: { name: string; title: string };
  report: {
    results: { part: string; name: string; outcome: string; error?: string }[];
    unavailable: { part: string; reason: string }[];
    notes: { part: string; note: string }[];
  };
}

const { columns } = await module<{ columns: string[] }>('columns.mjs');
const { failuresOf, tableOf } = await module<{
  failuresOf: (outcome: Outcome, isCi: boolean) => string[];
  tableOf: (outcomes: Outcome[]) => string;
}>('report.mjs');

async function module<T>(name: string): Promise<T> {
  return (await import(new URL(`../matrix/runner/${name}`, import.meta.url).href)) as T;
}

/** A runtime in which one case of each column passed. */
function whole(name = 'bun'): Outcome {
  const results = columns.map((part) => ({ part, name: 'a case', outcome: 'passed' }));
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
    outcome.report.results.push({ part: 'coroutine', name: 'a case', outcome: 'absent' });
    expect(failuresOf(outcome, true)).toEqual(['bun: the column coroutine is missing: none of its cases was asked']);
  });

  it('fails when it reports a column that is not listed', () => {
    const outcome = whole();
    outcome.report.results.push({ part: 'fibers', name: 'a case', outcome: 'passed' });
    expect(failuresOf(outcome, true)).toEqual(['bun: the column fibers is not listed in runner/columns.mjs']);
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

describe('a cell of the matrix', () => {
  it('counts what passed, what is impossible and what is absent each for itself, and has a note', () => {
    const outcome = without('coroutine');
    const outcomes = ['passed', 'passed', 'failed', 'impossible', 'absent', 'absent', 'absent'];
    outcome.report.results.push(...outcomes.map((each) => ({ part: 'coroutine', name: each, outcome: each })));
    outcome.report.notes.push({ part: 'effect 4', note: 'over something' });
    const row = tableOf([outcome]).split('\n').at(-1) ?? '';
    expect(row).toContain('| 2 of 3, 1 impossible, 3 absent |');
    expect(row).toContain('| 1 (over something) |');
  });
});
