import * as fc from 'fast-check';

import { type ConformanceCase, same } from '../conformance-case.ts';
import type { Scope, ScopeManager } from '../contract.ts';
import type { MockSpan } from '../mock_tracer/mock_span.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import type { ScopeWatcher } from './scope-watcher.ts';

/** What a chain of scopes makes of closes that come too early: more than `scopeManagerCases` asks of managers by others. */
export function closeOrderCases(createManager: (watcher?: ScopeWatcher) => ScopeManager): ConformanceCase[] {
  return Object.entries(cases).map(([name, test]) => ({ name, run: () => test(createManager) }));
}

type Requirement = (createManager: (watcher?: ScopeWatcher) => ScopeManager) => void | Promise<void>;

const cases: Record<string, Requirement> = {
  'a close that was ignored is carried out when the scope above closes'(createManager) {
    const tracer = new MockTracer({ scopeManager: createManager() });
    const [lower, upper] = [tracer.startActiveSpan('lower'), tracer.startActiveSpan('upper')];
    lower.close();
    same(namesOf(tracer), '', 'what is finished while the upper scope is open');
    upper.close();
    same(namesOf(tracer), 'upper lower', 'what is finished after it');
  },

  async 'a close that was ignored leaves nothing active once what runs is over'(createManager) {
    const manager = createManager();
    const tracer = new MockTracer({ scopeManager: manager });
    const [lower, upper] = [tracer.startActiveSpan('lower'), tracer.startActiveSpan('upper')];
    lower.close();
    upper.close();
    await Promise.resolve();
    same(manager.active, null, 'the active scope');
    same(manager.activeParent, null, 'the active parent');
    lower.close();
    same(namesOf(tracer), 'upper lower', 'what is finished');
    same(tracer.stats().ignoredFinishes, 0, 'further finishes');
  },

  async 'a close that was ignored is carried out for scopes that finish nothing'(createManager) {
    const manager = createManager();
    const tracer = new MockTracer({ scopeManager: manager });
    const [lower, upper] = [manager.activate(tracer.startSpan('a')), manager.activate(tracer.startSpan('b'))];
    lower.close();
    upper.close();
    await Promise.resolve();
    same(manager.active, null, 'the active scope');
    same(namesOf(tracer), '', 'what is finished');
  },

  'closes that were ignored are carried out from above downwards, as far as they were asked for'(createManager) {
    const manager = createManager();
    const tracer = new MockTracer({ scopeManager: manager });
    const [kept, first, second, top] = ['kept', 'first', 'second', 'top'].map((name) => tracer.startActiveSpan(name));
    first?.close();
    second?.close();
    top?.close();
    same(namesOf(tracer), 'top second first', 'what is finished');
    kept?.close();
    same(namesOf(tracer), 'top second first kept', 'what is finished at the end');
    same(tracer.stats().ignoredFinishes, 0, 'further finishes');
  },

  'a close in a callback is carried out when the scope of the callback closes'(createManager) {
    const tracer = new MockTracer({ scopeManager: createManager() });
    const outer = tracer.startActiveSpan('outer');
    tracer.withActiveSpan('callback', () => outer.close());
    same(namesOf(tracer), 'callback outer', 'what is finished');
  },

  'a close that was ignored is carried out though the scope above is closed elsewhere'(createManager) {
    const manager = createManager();
    const tracer = new MockTracer({ scopeManager: manager });
    const elsewhere = manager.snapshot();
    const [lower, upper] = [tracer.startActiveSpan('lower'), tracer.startActiveSpan('upper')];
    lower.close();
    elsewhere(() => upper.close());
    same(namesOf(tracer), 'upper lower', 'what is finished');
  },

  'a close that was ignored is carried out though the finish of the span above throws'(createManager) {
    const tracer = new MockTracer({ scopeManager: createManager(), strict: true });
    const [lower, upper] = [tracer.startActiveSpan('lower'), tracer.startActiveSpan('upper')];
    lower.close();
    upper.span.finish();
    let thrown: unknown;
    try {
      upper.close();
    } catch (error) {
      thrown = error;
    }
    same(thrown instanceof Error, true, 'whether the second finish throws');
    same(namesOf(tracer), 'upper lower', 'what is finished');
  },

  'a watcher is told once of a close that was ignored at first'(createManager) {
    const told: string[] = [];
    const tell =
      (what: string) =>
      (scope: Scope): void =>
        void told.push(`${what} ${(scope.span as MockSpan).operationName()}`);
    const [closed, closedInWrongOrder, closedElsewhere] = ['closed', 'wrong order', 'elsewhere'].map(tell);
    const watcher = { opened() {}, closed, closedInWrongOrder, closedElsewhere } as ScopeWatcher;
    const tracer = new MockTracer({ scopeManager: createManager(watcher) });
    const [lower, upper] = [tracer.startActiveSpan('lower'), tracer.startActiveSpan('upper')];
    for (const scope of [lower, upper, lower]) scope.close();
    same(told.join(', '), 'wrong order lower, closed upper, closed lower', 'what it is told');
  },

  async 'in whatever order scopes close, each span is finished once when all are closed'(createManager) {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 60 }), async (moves) => {
        const play = new Play(createManager());
        for (let turn = play.make(moves); turn.next().done !== true;) await Promise.resolve();
        play.closeAll();
        play.expectAllFinished();
        await Promise.resolve();
        play.expectNothingActive();
        play.expectAllFinished();
      }),
      { numRuns: 300 },
    );
  },
};

type Move = readonly [kind: (typeof kinds)[number], which: number, finishOnClose: boolean];

const kinds = ['activate', 'close', 'run', 'leave', 'snapshot', 'enter', 'detached', 'turn'] as const;

// Most of all it is opening and closing that may go wrong.
const kind = fc.oneof(
  { weight: 4, arbitrary: fc.constant('activate' as const) },
  { weight: 4, arbitrary: fc.constant('close' as const) },
  { weight: 2, arbitrary: fc.constantFrom(...kinds) },
);
const move: fc.Arbitrary<Move> = fc.tuple(kind, fc.nat(), fc.boolean());

/** Opens and closes scopes of one manager as it is told, and knows what must come of it. */
class Play {
  private readonly manager: ScopeManager;
  private readonly tracer: MockTracer;
  private readonly opened: { scope: Scope; span: MockSpan; finishOnClose: boolean }[] = [];
  private readonly contexts: (<R>(fn: () => R) => R)[] = [];

  constructor(manager: ScopeManager) {
    this.manager = manager;
    this.tracer = new MockTracer({ scopeManager: manager });
  }

  /** Gives the control back where what runs now is to be over. */
  *make(moves: readonly Move[]): Generator<void, void, void> {
    const left = [...moves];
    while (left.length > 0) if (this.makeSome(left)) yield;
  }

  closeAll(): void {
    for (const { scope } of this.opened) scope.close();
  }

  expectAllFinished(): void {
    for (const { span, finishOnClose } of this.opened) {
      same(span.isFinished(), finishOnClose, `whether ${span.operationName()} is finished`);
      same(span.ignoredFinishes(), 0, `further finishes of ${span.operationName()}`);
    }
  }

  expectNothingActive(): void {
    same(this.manager.active, null, 'the active scope');
    same(this.manager.activeParent, null, 'the active parent');
  }

  /** Up to the end of this context; whether it is over because of a turn. */
  private makeSome(left: Move[], isNested = false): boolean {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [what, which, finishOnClose] = next;
      const inside = (): boolean => this.makeSome(left, true);
      if (what === 'leave' && isNested) return false;
      if (what === 'turn' && !isNested) return true;
      if (what === 'activate') this.add(this.manager.activate(this.newSpan(), finishOnClose), finishOnClose);
      if (what === 'close') this.opened[which % this.opened.length]?.scope.close();
      if (what === 'snapshot') this.contexts.push(this.manager.snapshot());
      if (what === 'enter') this.contexts[which % this.contexts.length]?.(inside);
      if (what === 'detached') this.manager.runDetached(inside);
      if (what === 'run') {
        this.manager.run(this.newSpan(), finishOnClose, (scope) => {
          this.add(scope, finishOnClose);
          inside();
        });
      }
    }
    return false;
  }

  private newSpan(): MockSpan {
    return this.tracer.startSpan(String(this.opened.length), { ignoreActiveSpan: true });
  }

  private add(scope: Scope, finishOnClose: boolean): void {
    this.opened.push({ scope, span: scope.span as MockSpan, finishOnClose });
  }
}

function namesOf(tracer: MockTracer): string {
  return tracer
    .finishedSpans()
    .map((span) => span.operationName())
    .join(' ');
}
