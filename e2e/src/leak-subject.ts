// A process of the leak soak: gets its plan, tells its progress, and sends the figures.
import { measureAway } from './leak/away.ts';
import { measureContexts } from './leak/contexts.ts';
import type { LeakPlan } from './leak/figures.ts';
import { measureRequests } from './leak/requests.ts';

const parts = { away: measureAway, contexts: measureContexts, requests: measureRequests };

process.once('message', (plan: LeakPlan) => {
  const progress = (line: string): void => void process.send?.({ progress: `${plan.variation}: ${line}` });
  void parts[plan.part](plan, progress).then((figures) => process.send?.({ figures }, () => process.exit(0)));
});
// The soak was ended.
process.once('disconnect', () => process.exit(1));
