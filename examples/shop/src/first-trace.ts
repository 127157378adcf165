import { buildTree, summarize, textWaterfall } from '@spanwise/analysis';
import type { TraceTree } from '@spanwise/analysis';
import { fromTraceColumns } from '@spanwise/wire/query';
import type { TraceColumns, TraceSearchAnswer } from '@spanwise/wire/query';

const wanted = ['gateway', 'orders', 'catalogue', 'payment', 'billing'];
/** Services report their spans about a second after they finish; later than this, nothing of a trace is missing. */
const settledMicros = 2.5e6;

/**
 * The first checkout that began after `sinceMicros` and whose every span is there, as a text waterfall with its critical
 * path. Asks the collector four times a second, also while it is away; rejects when `signal` is aborted first, or the
 * collector refuses.
 */
export async function firstTrace(
  pageUrl: string,
  sinceMicros: number,
  signal: AbortSignal,
  color: boolean,
): Promise<{ id: string; text: string }> {
  for (;;) {
    const tree = await completeCheckout(pageUrl, sinceMicros, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      if (!(error instanceof Unavailable)) throw error;
    });
    if (tree !== undefined) {
      const text = textWaterfall(tree, { color, width: terminalWidth() });
      return { id: summarize(tree.spans, tree).traceId, text };
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function completeCheckout(
  pageUrl: string,
  sinceMicros: number,
  signal: AbortSignal,
): Promise<TraceTree | undefined> {
  const settled = Date.now() * 1000 - settledMicros;
  if (settled <= sinceMicros) return undefined;
  const query = new URLSearchParams({
    service: 'gateway',
    tag: 'http.method=POST',
    startMicros: String(sinceMicros),
    endMicros: String(settled),
    limit: '100',
  });
  const api = `${pageUrl}/api/spanwise/v1`;
  const { traces } = await getJson<TraceSearchAnswer>(`${api}/traces?${query.toString()}`, signal);
  for (const { traceId, rootService, services, startMicros, durationMicros } of traces) {
    const isSettled = startMicros + durationMicros < settled;
    const names = services.map(({ name }) => name);
    if (rootService !== 'gateway' || !isSettled || !wanted.every((service) => names.includes(service))) continue;
    const tree = buildTree(fromTraceColumns(await getJson<TraceColumns>(`${api}/traces/${traceId}`, signal)));
    if (tree.warnings.every(({ kind }) => kind !== 'orphan')) return tree;
  }
  return undefined;
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
