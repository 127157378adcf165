// In a file of its own, and thereby in a process or thread where no storage was entered before.
import { expect, it } from 'vitest';

import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { AsyncLocalStorageScopeManager } from './async-local-storage.ts';

it('after a runDetached at start-up, jobs that wait when the first scope is opened do not see it', async () => {
  const tracer = new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager() });
  tracer.scopeManager.runDetached(() => {});
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const seen: unknown[] = [];
  const job = async (name: string): Promise<void> => {
    await turn();
    seen.push(tracer.activeSpan);
    using scope = tracer.startActiveSpan(name);
    await turn();
    expect(tracer.activeSpan).toBe(scope.span);
  };
  await Promise.all(['a', 'b', 'c'].map(job));
  expect(seen).toEqual([null, null, null]);
});
