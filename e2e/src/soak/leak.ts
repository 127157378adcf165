import { runLeakPart } from '../leak-processes.ts';
import type { AwayFigures, ContextFigures, LeakPlan, RequestFigures } from '../leak/figures.ts';
import { awayBars, contextBars, requestBars } from '../leak/verdict.ts';
import type { Bar } from '../leak/verdict.ts';
import { numberArgument } from './report.ts';
import type { Soak } from './report.ts';

const requests = ['plain', 'tail sampling', 'long-running spans', 'runtime probe', 'remote parents', 'baggage'];
const contexts = [
  'promises, withActiveSpan',
  'timers, withActiveSpan',
  'AsyncResources, withActiveSpan',
  'promises, startActiveSpan',
  'timers, startActiveSpan',
  'AsyncResources, startActiveSpan',
  'a chain, withActiveSpan',
  'a chain, startActiveSpan',
  'an overlapping chain, startActiveSpan',
];
const away = {
  'small spans': { limit: 'spans', reasons: ['queue-full', 'shutdown'] },
  'big spans': { limit: 'bytes', reasons: ['queue-full', 'shutdown'] },
  'big spans, given up soon': {
    limit: 'bytes',
    reasons: ['oversize', 'queue-full', 'retries-exhausted', 'shutdown'],
  },
} as const;

/**
 * The tracer's memory: flat over ten million spans, over ten rounds of retained contexts, and bounded while nobody takes
 * its spans; and its accounts. `--break` leaks on purpose, and must not hold.
 */
export const soakLeak: Soak = async (args, progress) => {
  const breaks = args.includes('--break');
  const spans = numberArgument(args, 'spans', 10_000_000);
  const retained = numberArgument(args, 'contexts', 100_000);
  const lines: string[] = [];
  const all: Bar[] = [];
  const judge = (what: string, bars: readonly Bar[]): void => {
    all.push(...bars);
    lines.push(`- ${what}: ${bars.map(told).join('; ')}`);
    progress(lines.at(-1) ?? '');
  };
  const run = <Figures>(part: LeakPlan['part'], variation: string, count: number): Promise<Figures> =>
    runLeakPart<Figures>({ part, variation, count, breaks }, progress);

  for (const variation of requests) {
    const figures = await run<RequestFigures>('requests', variation, spans);
    judge(`${variation}, ${Math.round(figures.seconds)} s`, requestBars(figures));
  }
  for (const variation of contexts) {
    judge(`${retained} × ${variation}`, contextBars(await run<ContextFigures>('contexts', variation, retained)));
  }
  for (const [variation, expected] of Object.entries(away)) {
    judge(
      `sink away for good, ${variation}`,
      awayBars(await run<AwayFigures>('away', variation, spans / 10), expected),
    );
  }
  return { holds: all.every(({ holds }) => holds), lines, ...(breaks && { isRehearsal: true }) };
};

function told({ name, holds, figures }: Bar): string {
  return `${name}: ${figures}${holds ? '' : ' (DOES NOT HOLD)'}`;
}
