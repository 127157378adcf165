import { buildTree, textWaterfall } from '@spanwise/analysis';
import { fromTraceColumns } from '@spanwise/wire/query';
import type { TraceColumns, TraceSearchAnswer } from '@spanwise/wire/query';

const wanted = ['gateway', 'inventory', 'orders'];
/** Services report their spans about a second after they finish; later than this, nothing of a trace is missing. */
const settledMicros = 2.5e6;

/**
 * The first checkout whose every process has reported, as a text waterfall with its critical path.
 * Asks the collector four times a second, also while it is away; rejects when `signal` is aborted first, or the
 * collector refuses.
 */
export async function firstTrace(
  pageUrl: string,
  signal: AbortSignal,
  color: boolean,
): Promise<{ id: string; text: string }> {
  for (;;) {
    const trace = await completeCheckout(pageUrl, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof Refused) throw error;
    });
    if (trace !== undefined) {
      const text = textWaterfall(buildTree(fromTraceColumns(trace)), { color, width: terminalWidth() });
      return { id: trace.traceId, text };
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function completeCheckout(pageUrl: string, signal: AbortSignal): Promise<TraceColumns | undefined> {
  const now = Date.now() * 1000;
  const query = new URLSearchParams({
    service: 'gateway',
    tag: 'http.method=POST',
    startMicros: String(now - 300e6),
    endMicros: String(now),
    limit: '100',
  });
  const { traces } = await getJson<TraceSearchAnswer>(`${pageUrl}/api/spanwise/v1/traces?${query.toString()}`, signal);
  const complete = traces.find(
    ({ rootService, services, startMicros, durationMicros }) =>
      rootService === 'gateway' &&
      startMicros + durationMicros + settledMicros < now &&
      wanted.every((service) => services.some(({ name }) => name === service)),
  );
  if (complete === undefined) return undefined;
  return getJson<TraceColumns>(`${pageUrl}/api/spanwise/v1/traces/${complete.traceId}`, signal);
}

class Refused extends Error {}

async function getJson<T>(url: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(url, { signal });
  // A server's own trouble passes, such as a replay.
  if (response.status >= 500) throw new Error(`${url} answered ${response.status}`);
  if (!response.ok) throw new Refused(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

function terminalWidth(): number {
  return Math.min(Math.max(process.stdout.columns ?? 100, 60), 160);
}
