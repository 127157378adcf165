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
      if (!(error instanceof Unavailable)) throw error;
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

/** Nobody answers, or a server has trouble of its own such as a replay: it passes. */
class Unavailable extends Error {}

async function getJson<T>(url: string, signal: AbortSignal): Promise<T> {
  const { status, text } = await get(url, signal).catch((error: unknown) => {
    throw new Unavailable(`${url} does not answer`, { cause: error });
  });
  if (status >= 500) throw new Unavailable(`${url} answered ${status}`);
  if (status !== 200) throw new Error(`${url} answered ${status}: ${text}`);
  return JSON.parse(text) as T;
}

async function get(url: string, signal: AbortSignal): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(url, { signal });
  return { status: response.status, text: await response.text() };
}

function terminalWidth(): number {
  return Math.min(Math.max(process.stdout.columns ?? 100, 60), 160);
}
