import { otlpReporter } from '@spanwise/tracer';
import { AsyncResource } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { SinkProcess } from '../leak-processes.ts';
import type { ContextFigures, LeakPlan } from './figures.ts';
import { settledHeap } from './settled-heap.ts';
import { WatchedTracer } from './watched-tracer.ts';

const rounds = 10;
/** A finished span that a context holds is seen by the bytes that the context costs. */
const tagLength = 1_000;
const perTurn = 100;
const hour = 3_600_000;

/** Makes what keeps its async context, and gives what lets it go. */
type Retain = (gate: Promise<void>) => () => void;

const promises: Retain = (gate) => {
  const waiting = (async () => gate)();
  return () => void waiting;
};
const timers: Retain = () => {
  const timer = setTimeout(() => {}, hour);
  return () => clearTimeout(timer);
};
const asyncResources: Retain = () => {
  const resource = new AsyncResource('Retained');
  return () => void resource.asyncId();
};

/** Calls the function under a span that is finished when this returns; without a span for comparison. */
type Activate = (watched: WatchedTracer, index: number, run: () => void) => void;

const withActiveSpan: Activate = ({ tracer, application }, index, run) => {
  application.started += 2;
  tracer.withActiveSpan('parent', { tags: { text: text(index) } }, () =>
    tracer.withActiveSpan('child', { tags: { text: text(index) } }, run),
  );
};
const startActiveSpan: Activate = ({ tracer, application }, index, run) => {
  application.started += 2;
  const parent = tracer.startActiveSpan('parent', { tags: { text: text(index) } });
  const child = tracer.startActiveSpan('child', { tags: { text: text(index) } });
  run();
  child.close();
  parent.close();
};
/** The scope before is closed, where it was opened, only when this one is open. */
const overlapping: Activate = ({ tracer, application }, index, run) => {
  application.started += 1;
  const scope = tracer.startActiveSpan('job', { tags: { text: text(index) } });
  const close = AsyncResource.bind(() => scope.close());
  run();
  closeBefore();
  closeBefore = close;
};
let closeBefore = (): void => {};
const withoutSpan: Activate = (_watched, _index, run) => run();

interface Variation {
  readonly retain: Retain;
  readonly activate: Activate;
  /** Each context is made in the one before, and only the newest is kept. */
  readonly isChain?: boolean;
}

const variations: Readonly<Record<string, Variation>> = {
  'promises, withActiveSpan': { retain: promises, activate: withActiveSpan },
  'timers, withActiveSpan': { retain: timers, activate: withActiveSpan },
  'AsyncResources, withActiveSpan': { retain: asyncResources, activate: withActiveSpan },
  'promises, startActiveSpan': { retain: promises, activate: startActiveSpan },
  'timers, startActiveSpan': { retain: timers, activate: startActiveSpan },
  'AsyncResources, startActiveSpan': { retain: asyncResources, activate: startActiveSpan },
  'a chain, withActiveSpan': { retain: asyncResources, activate: withActiveSpan, isChain: true },
  'a chain, startActiveSpan': { retain: asyncResources, activate: startActiveSpan, isChain: true },
  'an overlapping chain, startActiveSpan': { retain: asyncResources, activate: overlapping, isChain: true },
};

/** Creates contexts, keeps them and releases them, ten times over, and once without spans. */
export async function measureContexts(plan: LeakPlan, progress: (line: string) => void): Promise<ContextFigures> {
  const variation = variations[plan.variation];
  if (variation === undefined) throw new Error(`no variation "${plan.variation}"`);
  const sink = await SinkProcess.start();
  const watched = new WatchedTracer(otlpReporter({ url: sink.url, logger: { warn() {} } }), plan.breaks);
  // The first scope turns on the hooks that carry contexts: from here on they cost what they cost.
  watched.tracer.scopeManager.runDetached(() => {});
  const round = variation.isChain === true ? chainRound : retainingRound;
  const measured: { heldBytes: number; releasedBytes: number }[] = [];
  let withoutSpanBytes: number | undefined;
  if (variation.isChain !== true) {
    const { heldBytes, releasedBytes } = await round(watched, { ...variation, activate: withoutSpan }, plan);
    withoutSpanBytes = (heldBytes - releasedBytes) / plan.count;
  }
  for (let number = 1; number <= rounds; number += 1) {
    const { heldBytes, releasedBytes } = await round(watched, variation, plan);
    measured.push({ heldBytes, releasedBytes });
    const [held, released] = [heldBytes, releasedBytes].map((bytes) => `${(bytes / 1e6).toFixed(2)} MB`);
    progress(`round ${number}: ${held} held, ${released} released`);
  }
  await watched.tracer.close();
  await sink.goAway();
  return { count: plan.count, rounds: measured, withoutSpanBytes };
}

interface Round {
  readonly heldBytes: number;
  readonly releasedBytes: number;
}

async function retainingRound(
  watched: WatchedTracer,
  { retain, activate }: Variation,
  { count, breaks }: LeakPlan,
): Promise<Round> {
  let held: (() => void)[] = [];
  const spans: unknown[] = [];
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  for (let index = 0; index < count; index += 1) {
    activate(watched, index, () => {
      held.push(retain(gate));
      if (breaks) spans.push(watched.tracer.activeSpan);
    });
    if (index % perTurn === 0) await nextTurn();
  }
  await watched.tracer.flush({ deadlineMillis: 60_000 });
  const heldBytes = await settledHeap();
  for (const release of held) release();
  held = [];
  spans.length = 0;
  open();
  return { heldBytes, releasedBytes: await settledHeap() };
}

/** The context of one round goes on in the next. */
let newest = new AsyncResource('Chain');

async function chainRound(watched: WatchedTracer, { activate }: Variation, { count }: LeakPlan): Promise<Round> {
  for (let index = 0; index < count; index += 1) {
    newest.runInAsyncScope(() => activate(watched, index, () => (newest = new AsyncResource('Chain'))));
    if (index % perTurn === 0) await nextTurn();
  }
  await watched.tracer.flush({ deadlineMillis: 60_000 });
  const heldBytes = await settledHeap();
  return { heldBytes, releasedBytes: heldBytes };
}

/** A text of its own for each, not a part of another one. */
function text(index: number): string {
  return Buffer.alloc(tagLength, String(index)).toString('latin1');
}
