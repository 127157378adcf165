import { expect, it } from 'vitest';

import { runLeakPart } from './leak-processes.ts';
import type { ContextFigures, LeakPlan, RequestFigures } from './leak/figures.ts';
import { contextBars, requestBars } from './leak/verdict.ts';

const requests: LeakPlan = { part: 'requests', variation: 'plain', count: 300_000, breaks: true };
const contexts: LeakPlan = {
  part: 'contexts',
  variation: 'AsyncResources, withActiveSpan',
  count: 8_000,
  breaks: false,
};

// That one which lets spans go passes is what the soak shows.
it('tells a recorder that keeps every twentieth span, by the heap alone', { timeout: 120_000 }, async () => {
  expect(failed(requestBars(await runLeakPart<RequestFigures>(requests, () => {})))).toEqual(['heap']);
});

it('tells contexts that hold no span from those that do', { timeout: 120_000 }, async () => {
  expect(failed(contextBars(await runLeakPart<ContextFigures>(contexts, () => {})))).toEqual([]);
  const leaking = await runLeakPart<ContextFigures>({ ...contexts, breaks: true }, () => {});
  expect(failed(contextBars(leaking))).toEqual(['heap with all of them', 'heap without them', 'a context']);
});

function failed(bars: ReturnType<typeof requestBars>): string[] {
  return bars.filter(({ holds }) => !holds).map(({ name }) => name);
}
