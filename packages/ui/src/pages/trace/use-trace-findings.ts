import { useEffect, useMemo, useState } from 'react';
import { whenIdle } from '../../app/when-idle.ts';
import { carriedFindings, traceFindings } from '../../model/trace-findings.ts';
import type { TraceFindings } from '../../model/trace-findings.ts';
import type { TraceModel } from '../../model/trace-model.ts';
import { loadFindings } from './load-findings.ts';

/** A piece of the search goes on for so long, then the page has its turn. */
const pieceMillis = 12;

/**
 * What is wrong with the trace, looked for in pieces while the page has nothing better to do; `undefined` until then.
 * While a trace grows, what was found before stays until it was looked for anew. Of a large trace it is looked for when its tags and
 * logs are here.
 */
export function useTraceFindings(model: TraceModel): TraceFindings | undefined {
  const [found, setFound] = useState<TraceFindings>();
  useEffect(() => {
    // Without its tags and logs a trace looks healthy.
    if (model.details !== undefined) return;
    let current = true;
    const look = async (): Promise<void> => {
      const next = await find(model, () => current);
      if (next !== undefined) setFound(next);
    };
    // Without them the trace is still a trace.
    look().catch(() => {});
    return () => {
      current = false;
    };
  }, [model]);
  return useMemo(
    () => (found === undefined || found.model === model ? found : carriedFindings(found, model)),
    [found, model],
  );
}

async function find(model: TraceModel, isCurrent: () => boolean): Promise<TraceFindings | undefined> {
  await new Promise<void>(whenIdle);
  const { findFindingsInSteps } = await loadFindings();
  const steps = findFindingsInSteps(model.tree);
  while (isCurrent()) {
    const pieceEnd = performance.now() + pieceMillis;
    do {
      const { done, value } = steps.next();
      if (done === true) return traceFindings(model, value);
    } while (performance.now() < pieceEnd);
    await new Promise<void>(whenIdle);
  }
  return undefined;
}
