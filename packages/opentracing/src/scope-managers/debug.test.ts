import { AsyncResource } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { noopSpan } from '../span.ts';
import { AsyncLocalStorageScopeManager } from './async-local-storage.ts';
import {
  type ContextLost,
  describeReport,
  ScopeDebugger,
  type ScopeDebuggerOptions,
  type ScopeReport,
} from './debug.ts';

let reports: ScopeReport[];
let scopeDebugger: ScopeDebugger;
let tracer: MockTracer;
let nowMillis: number;
beforeEach(() => {
  reports = [];
  nowMillis = 1000;
  ({ scopeDebugger, tracer } = debugged({ report: (report) => reports.push(report), nowMillis: () => nowMillis }));
});

function debugged(options: ScopeDebuggerOptions): { scopeDebugger: ScopeDebugger; tracer: MockTracer } {
  const watcher = new ScopeDebugger(options);
  const scopeManager = new AsyncLocalStorageScopeManager({ watcher });
  return { scopeDebugger: watcher, tracer: new MockTracer({ scopeManager }) };
}

const inThisFile = (name: string): RegExp => new RegExp(`^\\s*at ${name} \\(.*debug\\.test\\.ts:\\d+`);

describe('a scope that is closed in the wrong order', () => {
  function openLower() {
    return tracer.startActiveSpan('lower');
  }
  function openUpper() {
    return tracer.startActiveSpan('upper');
  }

  it('is reported with the places where it, and the one above, were opened, and where it was closed', () => {
    const lower = openLower();
    const upper = openUpper();
    function closeLower(): void {
      lower.close();
    }
    closeLower();
    upper.close();
    lower.close();
    expect(reports).toHaveLength(1);
    const [report] = reports as [Extract<ScopeReport, { kind: 'closed-in-wrong-order' }>];
    expect(report).toMatchObject({
      kind: 'closed-in-wrong-order',
      scope: { spanName: 'lower', spanId: lower.span.context().toSpanId(), closed: false },
      above: { spanName: 'upper', spanId: upper.span.context().toSpanId() },
    });
    expect(report.scope.openedAt).toMatch(inThisFile('openLower'));
    expect(report.above?.openedAt).toMatch(inThisFile('openUpper'));
    expect(report.closedAt).toMatch(inThisFile('closeLower'));
    const text = describeReport(report);
    for (const part of ['"lower"', '"upper"', 'openLower', 'openUpper', 'closeLower', 'To do:'])
      expect(text).toContain(part);
  });
});

describe('a scope that is closed elsewhere', () => {
  it('is reported with what is active there', async () => {
    const opened = new AsyncResource('elsewhere');
    const scope = opened.runInAsyncScope(() => tracer.startActiveSpan('handed on'));
    function closeElsewhere(): void {
      scope.close();
    }
    tracer.withActiveSpan('here', () => closeElsewhere());
    closeElsewhere();
    expect(reports).toHaveLength(1);
    const [report] = reports as [Extract<ScopeReport, { kind: 'closed-elsewhere' }>];
    expect(report).toMatchObject({
      kind: 'closed-elsewhere',
      scope: { spanName: 'handed on' },
      active: { spanName: 'here' },
    });
    expect(report.closedAt).toMatch(inThisFile('closeElsewhere'));
    expect(describeReport(report)).toContain('"here"');
    expect(scopeDebugger.openScopes()).toEqual([]);
  });

  it('where nothing is active is reported so', () => {
    const scope = new AsyncResource('elsewhere').runInAsyncScope(() => tracer.startActiveSpan('handed on'));
    scope.close();
    expect(reports).toEqual([expect.objectContaining({ kind: 'closed-elsewhere', active: null })]);
    expect(describeReport(reports[0]!)).toContain('nothing was active there');
  });
});

describe('scopes that are not closed', () => {
  it('are listed with their age and where they were opened, until they are closed', async () => {
    const scope = tracer.startActiveSpan('activated');
    nowMillis += 20;
    await tracer.withActiveSpan('called', async () => {
      await setImmediate();
      nowMillis += 5;
      expect(scopeDebugger.openScopes()).toEqual([
        expect.objectContaining({
          spanName: 'activated',
          ageMs: 25,
          openedAt: expect.stringContaining('debug.test.ts'),
        }),
        expect.objectContaining({ spanName: 'called', ageMs: 5, openedAt: expect.stringContaining('debug.test.ts') }),
      ]);
    });
    expect(scopeDebugger.openScopes()).toHaveLength(1);
    scope.close();
    expect(scopeDebugger.openScopes()).toEqual([]);
    expect(reports).toEqual([]);
  });

  it('make an assertion fail once, which lists where each was opened', () => {
    scopeDebugger.assertAllClosed();
    function openAndForget(name: string) {
      return tracer.startActiveSpan(name);
    }
    const first = openAndForget('first');
    const second = openAndForget('second');
    let message = '';
    try {
      scopeDebugger.assertAllClosed();
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toMatch(/^2 scopes were not closed:/);
    for (const part of ['"first"', '"second"', second.span.context().toSpanId()]) expect(message).toContain(part);
    expect(message.match(/at openAndForget/g)).toHaveLength(2);
    scopeDebugger.assertAllClosed();
    second.close();
    first.close();
  });

  it('are reported when they are garbage, and make the assertion fail also then', async () => {
    (function openInAContextThatEnds() {
      new AsyncResource('short-lived').runInAsyncScope(() => void tracer.startActiveSpan('leaked'));
    })();
    const closed = new AsyncResource('short-lived').runInAsyncScope(() => tracer.startActiveSpan('closed'));
    closed.close();
    reports = [];
    tracer.clear();
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    for (let round = 0; round < 100 && reports.length === 0; round++) {
      collectGarbage();
      // Finalizers run in a task of their own.
      await setImmediate();
    }
    const [report] = reports;
    expect(report).toMatchObject({ kind: 'never-closed', scope: { spanName: 'leaked' } });
    expect(describeReport(report!)).toContain('openInAContextThatEnds');
    expect(scopeDebugger.openScopes()).toEqual([]);
    expect(() => scopeDebugger.assertAllClosed()).toThrow(/1 scope was not closed:\s+scope of span "leaked"/);
    scopeDebugger.assertAllClosed();
  });
});

describe('a span that is started where context was lost', () => {
  let stop: () => void;
  beforeEach(() => {
    stop = scopeDebugger.watch(tracer);
  });
  afterEach(() => stop());

  /** Calls `fn` where nothing is active, while a scope is open. */
  async function elsewhere(fn: () => void): Promise<void> {
    const outside = new AsyncResource('outside');
    await tracer.withActiveSpan('request', async () => {
      await setImmediate();
      outside.runInAsyncScope(fn);
    });
  }

  it('is reported with its place and with what is open', async () => {
    await elsewhere(function lostHere() {
      tracer.startSpan('root by accident');
    });
    expect(reports).toHaveLength(1);
    const [report] = reports as [ContextLost];
    expect(report).toMatchObject({
      kind: 'context-lost',
      spanName: 'root by accident',
      openScopes: [{ spanName: 'request' }],
      origin: null,
    });
    expect(report.startedAt).toMatch(/^\s*at .*lostHere \(.*debug\.test\.ts/);
    expect(describeReport(report)).toContain('ignoreActiveSpan: true');
  });

  it('is reported also when it is started as the active one', async () => {
    await elsewhere(() => tracer.withActiveSpan('called', () => {}));
    await elsewhere(() => tracer.startActiveSpan('activated').close());
    expect(reports).toEqual([
      expect.objectContaining({ spanName: 'called' }),
      expect.objectContaining({ spanName: 'activated' }),
    ]);
  });

  it('is none when it is a child or a root by right', async () => {
    const parent = tracer.startSpan('parent');
    await elsewhere(() => {
      tracer.startSpan('named', { childOf: parent });
      tracer.startSpan('wanted', { ignoreActiveSpan: true });
      tracer.startSpan('served', { tags: { 'span.kind': 'server' } });
      tracer.startSpan('consumed', { tags: { 'span.kind': 'consumer' } });
      tracer.scopeManager.runDetached(() => tracer.startSpan('detached'));
      tracer.withActiveSpan(noopSpan, () => tracer.startSpan('switched off'));
    });
    tracer.startSpan('nothing is open');
    expect(reports).toEqual([]);
    await elsewhere(() => tracer.startSpan('sent', { tags: { 'span.kind': 'client' } }));
    expect(reports).toEqual([expect.objectContaining({ spanName: 'sent' })]);
  });

  it('is none when expectRoot says so, and that gets name and options', async () => {
    const asked: unknown[] = [];
    const other = debugged({
      report: (report) => reports.push(report),
      expectRoot: (name, options) => asked.push([name, options]) > 0 && name === 'timer',
    });
    const end = other.scopeDebugger.watch(other.tracer);
    const outside = new AsyncResource('outside');
    other.tracer.withActiveSpan('request', () =>
      outside.runInAsyncScope(() => {
        other.tracer.startSpan('timer', { tags: { a: 1 } });
        other.tracer.startSpan('lost');
      }),
    );
    end();
    expect(asked).toEqual([
      ['timer', { tags: { a: 1 } }],
      ['lost', undefined],
    ]);
    expect(reports).toEqual([expect.objectContaining({ spanName: 'lost' })]);
  });

  it('is none for work that outlives withActiveSpan, which keeps the context', async () => {
    let late: Promise<unknown> | undefined;
    tracer.withActiveSpan('over soon', () => {
      late = setImmediate().then(() => tracer.startSpan('late'));
    });
    const open = tracer.startActiveSpan('open');
    await late;
    open.close();
    expect(reports).toEqual([]);
  });

  it('lists ten scopes at most, the latest first', async () => {
    const outside = new AsyncResource('outside');
    const scopes = Array.from({ length: 11 }, (_, index) => tracer.startActiveSpan(`scope ${index}`));
    outside.runInAsyncScope(() => tracer.startSpan('lost'));
    const [report] = reports as [ContextLost];
    expect(report.openScopes).toHaveLength(10);
    expect(report.openScopes[0]?.spanName).toBe('scope 10');
    for (const scope of scopes.reverse()) scope.close();
  });

  it('is no longer reported when watching ends, and the tracer is as before', async () => {
    stop();
    await elsewhere(() => tracer.startSpan('lost'));
    expect(reports).toEqual([]);
    expect(Object.hasOwn(tracer, 'startSpan')).toBe(false);
    expect(Object.hasOwn(tracer.scopeManager, 'runDetached')).toBe(false);
  });

  it('watched twice is reported once', async () => {
    const stopAgain = scopeDebugger.watch(tracer);
    await elsewhere(() => tracer.startSpan('lost'));
    expect(reports).toHaveLength(1);
    stopAgain();
  });
});

describe('a report', () => {
  it('is printed by default, once for each place', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const printing = debugged({});
    const closeWrongly = (): void => {
      const lower = printing.tracer.startActiveSpan('lower');
      const upper = printing.tracer.startActiveSpan('upper');
      lower.close();
      upper.close();
      lower.close();
    };
    for (let time = 0; time < 3; time++) closeWrongly();
    const lower = printing.tracer.startActiveSpan('another place');
    const upper = printing.tracer.startActiveSpan('upper');
    lower.close();
    upper.close();
    lower.close();
    const texts = warn.mock.calls.map(([text]) => text as string);
    warn.mockRestore();
    expect(texts).toEqual([expect.stringContaining('"lower"'), expect.stringContaining('"another place"')]);
  });

  it('that throws or rejects does not reach the application', async () => {
    const failures: unknown[] = [];
    const onUnhandled = (error: unknown): unknown => failures.push(error);
    process.on('unhandledRejection', onUnhandled);
    for (const report of [
      () => Promise.reject(new Error('no')),
      () => {
        throw new Error('no');
      },
    ]) {
      const failing = debugged({
        report,
        expectRoot: () => {
          throw new Error('no');
        },
      });
      const end = failing.scopeDebugger.watch(failing.tracer);
      const outside = new AsyncResource('outside');
      const lower = failing.tracer.startActiveSpan('lower');
      const upper = failing.tracer.startActiveSpan('upper');
      lower.close();
      outside.runInAsyncScope(() => expect(failing.tracer.startSpan('lost')).toBeDefined());
      upper.close();
      lower.close();
      end();
    }
    await setImmediate();
    process.off('unhandledRejection', onUnhandled);
    expect(failures).toEqual([]);
  });

  it('does without name and ids of a span that throws when it is asked', () => {
    const broken = {
      context: () => {
        throw new Error('no');
      },
      finish: () => {},
    };
    const scope = tracer.scopeManager.activate(broken as never);
    expect(scopeDebugger.openScopes()).toEqual([expect.objectContaining({ spanName: null, traceId: '', spanId: '' })]);
    scope.close();
  });
});
