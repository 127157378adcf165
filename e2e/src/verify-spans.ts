import { fromTraceColumns } from '@spanwise/wire/query';
import type { TraceColumns } from '@spanwise/wire/query';

import { compareSpans, countSpan } from './compare-spans.ts';
import type { FoundSpans, SpanDifferences } from './compare-spans.ts';
import { RetryingClient, spanKeyOf } from './retrying-client.ts';
import type { SentTrace } from './retrying-client.ts';
import { segmentSpans } from './segment-spans.ts';
import type { SegmentSpans } from './segment-spans.ts';
import { smallStore } from './small-store.ts';
import { until } from './until.ts';

/** Asks the collector for every trace, eight at a time, and compares its answers with what was sent. */
export async function answeredDifferences(mainUrl: string, sent: readonly SentTrace[]): Promise<SpanDifferences> {
  const found = new Map<string, Map<string, number>>();
  const waiting = [...sent];
  const askOnAndOn = async (): Promise<void> => {
    for (let trace = waiting.pop(); trace !== undefined; trace = waiting.pop()) {
      const { id } = trace;
      for (const span of await spansOf(mainUrl, id)) countSpan(found, id, span);
    }
  };
  await Promise.all(Array.from({ length: 8 }, askOnAndOn));
  return compareSpans(sent, found, () => 1);
}

/** An acknowledged span may take five seconds to be found. */
async function spansOf(mainUrl: string, id: string): Promise<string[]> {
  const ask = async (): Promise<string[] | undefined> => {
    const response = await fetch(`${mainUrl}/api/spanwise/v1/traces/${id}`);
    if (response.status === 404) return undefined;
    return fromTraceColumns((await response.json()) as TraceColumns).map(spanKeyOf);
  };
  return until(`trace ${id} is found`, ask, 6_000).catch(() => []);
}

/**
 * Compares what lies in segments with what was sent. Queries would hide a body that is stored twice; here a span may be
 * stored as often as its body may have arrived, and once in one segment. A part of the journal that was converted
 * although a segment had it already shows.
 */
export async function storedDifferences(
  otlpUrl: string,
  dataDirectory: string,
  series: readonly number[],
  sent: readonly SentTrace[],
): Promise<SpanDifferences & { readonly segments: number; readonly spansStored: number }> {
  await pushIntoSegments(otlpUrl);
  const read = (): Promise<SegmentSpans> => segmentSpans(dataDirectory, series);
  const differences = ({ all }: SegmentSpans): SpanDifferences => compareSpans(sent, all, ({ arrivals }) => arrivals);
  const isWhole = async (): Promise<SegmentSpans | undefined> => {
    const spans = await read();
    return differences(spans).missing.length === 0 ? spans : undefined;
  };
  const spans = await until('all is in segments', isWhole, 10_000).catch(read);
  const { missing, doubled, foreign } = differences(spans);
  const doubledInOne = spans.bySegment.flatMap((one) => compareSpans(sent, one, () => 1).doubled);
  const spansStored = countDistinct(spans.all);
  return { segments: spans.segments, spansStored, missing, doubled: [...doubled, ...doubledInOne], foreign };
}

/** Rows become segments in the order in which they came: after two segments of other spans, all of ours are in one. */
async function pushIntoSegments(otlpUrl: string): Promise<void> {
  const client = new RetryingClient(otlpUrl, 0xf111, smallStore.segmentRows / 10);
  client.start();
  await until('the last spans are pushed on', () => (client.acknowledged.length >= 20 ? true : undefined));
  await client.stop();
}

function countDistinct(found: FoundSpans): number {
  return [...found.values()].reduce((sum, spans) => sum + spans.size, 0);
}
