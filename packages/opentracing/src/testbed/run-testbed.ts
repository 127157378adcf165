import { ExpectationError, same } from '../conformance-case.ts';
import { isChildOf } from './assertions.ts';
import { BareScopeManager } from './bare-scope-manager.ts';
import { Bench } from './bench.ts';
import { beforeDeadline, deadlineAfter } from './deadline.ts';
import type { Kit, Rig } from './kit.ts';
import type { Scenario } from './scenario.ts';
import { type Steps, stepsOf } from './steps.ts';

/**
 * What became of a scenario with a manager:
 * - `passed`;
 * - `impossible`: declared so with a reason, and shown to come out otherwise with the manager and with the bare
 *   primitive, both of which work elsewhere;
 * - `failed`: neither; `reason` says why, also when a declaration does not hold;
 * - `absent`: not run, because the platform lacks what the scenario needs.
 */
export type Outcome = 'passed' | 'impossible' | 'failed' | 'absent';

/** One cell of the table. */
export interface Result {
  /** The name of its kit. */
  readonly manager: string;
  /** The name of its scenario. */
  readonly scenario: string;
  /** What became of it. */
  readonly outcome: Outcome;
  /** For `impossible` as declared, for `failed` what went wrong. */
  readonly reason?: string;
  /** For `impossible`: how it fails with the manager. */
  readonly failure?: string;
  /** For `impossible`: how it fails with the bare primitive. */
  readonly proof?: string;
}

/** How long a scenario may take in milliseconds. Each takes a few turns of the event loop: later it hangs. */
const deadlineMillis = 5_000;

/** How cells are run. */
export interface CellOptions {
  /**
   * When to give a scenario up, which then has failed: called each time that one begins, with the manager or with the
   * bare primitive. By default it is given up after 5 s, by the platform's own timer: a manager that lets no timer run
   * fails and does not hang. (One that keeps the thread for itself cannot be stopped from within it.)
   */
  deadline?: (() => AbortSignal) | undefined;
}

/** Runs every scenario with every kit, one after the other, and yields the cells. */
export async function* runCells(
  kits: readonly Kit[],
  scenarios: readonly Scenario[],
  options?: CellOptions,
): AsyncGenerator<Result> {
  for (const scenario of scenarios) for (const kit of kits) yield await runCell(kit, scenario, options);
}

/** Runs one scenario with one kit. Never rejects. */
export async function runCell(kit: Kit, scenario: Scenario, options: CellOptions = {}): Promise<Result> {
  const cell = { manager: kit.name, scenario: scenario.name };
  if (scenario.needs === 'node' && !isNode()) return { ...cell, outcome: 'absent', reason: 'needs Node' };
  const declared = kit.impossible?.[scenario.name];
  const run = await attempt(() => kit.rig(), scenario, options);
  if (declared === undefined) {
    return run.failure === undefined
      ? { ...cell, outcome: 'passed' }
      : { ...cell, outcome: 'failed', reason: run.failure };
  }
  const bare = kit.bare === undefined ? undefined : await attempt(bareRigOf(kit.bare), scenario, options);
  const objection =
    declared.trim() === ''
      ? 'declared impossible without a reason'
      : (objectionTo(kit, run, bare) ?? (await brokenRig(kit, options)));
  if (objection !== undefined) return { ...cell, outcome: 'failed', reason: objection };
  return {
    ...cell,
    outcome: 'impossible',
    reason: declared,
    failure: run.failure as string,
    proof: bare?.failure as string,
  };
}

/** Why a declaration does not hold, if it does not. */
function objectionTo(kit: Kit, run: Attempt, bare: Attempt | undefined): string | undefined {
  if (run.failure === undefined) return 'declared impossible, and passes';
  if (bare === undefined) return `declared impossible without a bare primitive to prove it: ${run.failure}`;
  if (bare.failure === undefined) return `declared impossible, and passes with the bare primitive: ${run.failure}`;
  // An exception, a hang, a rig that cannot be made: these show what is broken, not what is impossible.
  if (!run.isExpectation) return `declared impossible, and breaks: ${run.failure}`;
  if (!bare.isExpectation) return `declared impossible, and breaks with the bare primitive: ${bare.failure}`;
  if (kit.isCallStack && !bare.leftCallStack) return `declared impossible, and stays in its call stack: ${run.failure}`;
  return undefined;
}

/** What every manager can do, the barest too: a scope in the call stack that opened it. */
const trivial: Scenario = {
  name: 'trivial',
  origin: 'javascript',
  main(bench) {
    const scope = bench.tracer.startActiveSpan('outer');
    bench.expectActive(scope.span, 'in the scope');
    bench.mark('inner');
    scope.close();
    bench.expectActive(null, 'after the scope');
    const [inner, outer] = bench.finished('inner', 'outer');
    isChildOf(inner, outer);
  },
};

/** By kit, so that each is tried once, however many of its scenarios are impossible. */
const brokenRigs = new WeakMap<Kit, Promise<string | undefined>>();

/** Which of a kit's rigs does not even do what is trivial, if one does not: that everything fails there proves nothing. */
function brokenRig(kit: Kit, options: CellOptions): Promise<string | undefined> {
  const known = brokenRigs.get(kit);
  if (known !== undefined) return known;
  const found = findBrokenRig(kit, options);
  brokenRigs.set(kit, found);
  return found;
}

async function findBrokenRig({ rig, bare }: Kit, options: CellOptions): Promise<string | undefined> {
  const { failure } = await attempt(rig, trivial, options);
  if (failure !== undefined) return `declared impossible, and the manager can do nothing at all: ${failure}`;
  const ofBare = bare && (await attempt(bareRigOf(bare), trivial, options));
  return ofBare?.failure && `declared impossible, and the bare primitive can do nothing at all: ${ofBare.failure}`;
}

/** @throws TypeError by what it gives, when the manager is another one, which may be at fault itself */
function bareRigOf(bare: () => Rig): () => Rig {
  return () => {
    const rig = bare();
    if (rig.manager instanceof BareScopeManager) return rig;
    throw new TypeError('the manager of the bare rig has to be a BareScopeManager');
  };
}

interface Attempt {
  /** `undefined` when all went well. */
  readonly failure: string | undefined;
  /** Whether spans or scopes came out otherwise than expected, and nothing else went wrong. */
  readonly isExpectation: boolean;
  /** Whether the scenario waited for anything before it ended. */
  readonly leftCallStack: boolean;
}

async function attempt(createRig: () => Rig, scenario: Scenario, { deadline }: CellOptions): Promise<Attempt> {
  const progress = { leftCallStack: false };
  try {
    const { manager, tasks } = createRig();
    const bench = new Bench(manager, tasks);
    const timers = probedTimers();
    const work = tasks.spawn(() => whole(bench, scenario, progress));
    const limit = deadline === undefined ? deadlineAfter(deadlineMillis) : { signal: deadline(), stop: () => {} };
    await beforeDeadline(work, limit, () => (timers.ran ? '' : ', and no timer ran: the manager holds them back'));
    bench.expectActive(null, 'outside the scenario');
    return { failure: undefined, isExpectation: false, ...progress };
  } catch (error) {
    const isExpectation = error instanceof ExpectationError;
    return { failure: error instanceof Error ? error.message : String(error), isExpectation, ...progress };
  }
}

/** A scenario with what all of them must leave behind: nothing active, and every span finished once. */
function* whole(bench: Bench, scenario: Scenario, progress: { leftCallStack: boolean }): Steps {
  bench.expectActive(null, 'at first');
  yield* noting(
    stepsOf(() => scenario.main(bench)),
    progress,
  );
  if (!bench.isIdle()) yield bench.idle();
  bench.expectActive(null, 'after all');
  const { unfinishedSpans } = bench.tracer.report();
  same(unfinishedSpans.map((span) => span.operationName()).join(' '), '', 'spans left open');
  same(bench.tracer.stats().ignoredFinishes, 0, 'spans finished again');
}

function* noting(steps: Steps, progress: { leftCallStack: boolean }): Steps {
  let step = steps.next();
  while (step.done !== true) {
    progress.leftCallStack = true;
    let value: unknown;
    try {
      value = yield step.value;
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(value);
  }
}

/** Whether a timer of now runs. */
function probedTimers(): { readonly ran: boolean } {
  const timers = { ran: false };
  setTimeout(() => (timers.ran = true), 0);
  return timers;
}

function isNode(): boolean {
  const { process, navigator } = globalThis as {
    process?: { versions?: { node?: string } };
    navigator?: { userAgent?: string };
  };
  // workerd calls itself Node, and half of the modules are empty.
  return process?.versions?.node !== undefined && navigator?.userAgent !== 'Cloudflare-Workers';
}
