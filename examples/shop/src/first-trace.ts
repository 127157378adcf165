import { buildTree, textWaterfall } from '@spanwise/analysis';
import { fromTraceColumns } from '@spanwise/wire/query';
import type { TraceColumns, TraceSearchAnswer } from '@spanwise/wire/query';

const wanted = ['gateway', 'inventory', 'orders'];
/** Services report their spans about a second after they finish; later than this, nothing of a trace is missing. */
const settledMicros = 2.5e6;

/**
 * The first checkout whose every process has reported, as a text waterfall with its critical path.
 * Asks the collector four times a second; rejects when `signal` is aborted first.
 */
export async function firstTrace(
  pageUrl: string,
  signal: AbortSignal,
  color: boolean,
): Promise<{ id: string; text: string }> {
  for (;;) {
    signal.throwIfAborted();
    const id = await completeCheckout(pageUrl, signal);
    if (id !== undefined) {
      const columns = await getJson<TraceColumns>(`${pageUrl}/api/spanwise/v1/traces/${id}`, signal);
      return { id, text: textWaterfall(buildTree(fromTraceColumns(columns)), { color, width: terminalWidth() }) };
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function completeCheckout(pageUrl: string, signal: AbortSignal): Promise<string | undefined> {
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
  return complete?.traceId;
}

async function getJson<T>(url: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

function terminalWidth(): number {
  return Math.min(Math.max(process.stdout.columns ?? 100, 60), 160);
}
