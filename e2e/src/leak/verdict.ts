import type { AwayFigures, ContextFigures, LeakSample, RequestFigures } from './figures.ts';

/** Something that must hold, and the figures by which it does or does not. */
export interface Bar {
  readonly name: string;
  readonly holds: boolean;
  readonly figures: string;
}

const megabyte = 1e6;
/** What the heap may have grown. */
const mostGrowthBytes = 5 * megabyte;
/** The reporter's defaults. */
const queueLimits = { spans: 20_480, bytes: 16 * 2 ** 20 };
/** Beyond the queue's limit: the buffer in which the open batch is encoded (4 MiB at most stay), code, connections. */
const marginBytes = 8 * megabyte;
/** Less than a batch waits for its second when the queue is empty otherwise. */
const batchSpans = 512;
/** The span that reaches the limit of bytes is still taken. */
const lastSpanBytes = 64 * 1024;
/** A context beyond this holds a span: each has a text of 1,000 characters. */
const mostContextBytes = 1_000;

/** Bars of requests: the heap at the end over the heap at a tenth, away and back. */
export function requestBars({ samples }: RequestFigures): Bar[] {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || first === last) return [nothing('heap')];
  const answered = samples.filter(({ sinkAway }) => !sinkAway);
  const away = samples.filter(({ sinkAway }) => sinkAway);
  const peak = Math.max(...away.map(({ heapBytes }) => heapBytes));
  const peakAnswered = Math.max(...answered.map(({ heapBytes }) => heapBytes));
  const [reporter] = last.tracer.reporters;
  const { givenUp = {}, delivered = 0 } = reporter ?? {};
  return [
    {
      name: 'heap',
      holds: last.heapBytes - first.heapBytes <= mostGrowthBytes,
      figures: `${told(first.heapBytes)} at ${first.application.started} spans, ${told(last.heapBytes)} at ${last.application.started} (highest between ${told(peakAnswered)})`,
    },
    {
      name: 'heap while the sink is away',
      holds: peak - first.heapBytes <= queueLimits.bytes + marginBytes,
      figures: `${told(peak)}, with ${Math.max(...away.map(heldSpans))} spans held`,
    },
    {
      name: 'away, and back',
      holds:
        delivered > 0 &&
        heldSpans(last) < batchSpans &&
        (givenUp['queue-full'] ?? 0) > 0 &&
        lostBefore(samples) === 0 &&
        lostOf(last) === lostUntilBack(samples),
      figures: `${delivered} delivered, ${heldSpans(last)} wait, given up ${JSON.stringify(givenUp)}`,
    },
    accountsBar(samples),
  ];
}

/** Bars of retained contexts: round 10 over round 2, and what each costs. */
export function contextBars({ rounds, count, withoutSpanBytes }: ContextFigures): Bar[] {
  const [, second] = rounds;
  const last = rounds.at(-1);
  if (second === undefined || last === undefined || second === last) return [nothing('heap')];
  const growth = (key: 'heldBytes' | 'releasedBytes', name: string): Bar => ({
    name,
    holds: last[key] - second[key] <= mostGrowthBytes,
    figures: `${told(second[key])} in round 2, ${told(last[key])} in round ${rounds.length}`,
  });
  if (withoutSpanBytes === undefined) return [growth('releasedBytes', 'heap')];
  const each = (last.heldBytes - last.releasedBytes) / count;
  const ofSpan = each - withoutSpanBytes;
  return [
    growth('heldBytes', 'heap with all of them'),
    growth('releasedBytes', 'heap without them'),
    {
      name: 'a context',
      holds: ofSpan <= mostContextBytes,
      figures: `${Math.round(each)} bytes, ${Math.round(withoutSpanBytes)} of them without a span: ${Math.round(ofSpan)} for the span's`,
    },
  ];
}

/**
 * Bars of a sink that is away for good.
 *
 * @param expected what spans must have been given up for, in the order of the alphabet, and which limit must have been met
 */
export function awayBars(
  { startBytes, samples, closed }: AwayFigures,
  expected: { readonly reasons: readonly string[]; readonly limit: 'spans' | 'bytes' },
): Bar[] {
  if (samples.length === 0) return [nothing('heap')];
  const highest = Math.max(...samples.map(({ heapBytes }) => heapBytes));
  const spans = Math.max(...samples.map(heldSpans));
  const bytes = Math.max(...samples.map(({ tracer }) => tracer.reporters[0]?.heldBytes ?? NaN));
  const isWithin = spans <= queueLimits.spans && bytes <= queueLimits.bytes + lastSpanBytes;
  const isFull = expected.limit === 'spans' ? spans === queueLimits.spans : bytes >= queueLimits.bytes;
  const [reporter] = closed.tracer.reporters;
  const { givenUp = {}, accepted = NaN } = reporter ?? {};
  return [
    {
      name: 'heap',
      holds: highest - startBytes <= queueLimits.bytes + marginBytes,
      figures: `${told(startBytes)} before, ${told(highest)} at most: ${told(highest - startBytes)} for a queue of ${told(queueLimits.bytes)}, margin ${told(marginBytes)}; ${told(closed.heapBytes)} after close`,
    },
    {
      name: `the queue is full, by ${expected.limit}`,
      holds: isWithin && isFull,
      figures: `${spans} of ${queueLimits.spans} spans, ${bytes} of ${queueLimits.bytes} bytes`,
    },
    {
      name: 'all given up, by reason',
      holds: lostOf(closed) === accepted && Object.keys(givenUp).sort().join() === expected.reasons.join(),
      figures: `of ${accepted} accepted ${JSON.stringify(givenUp)}`,
    },
    accountsBar([...samples, closed]),
  ];
}

function accountsBar(samples: readonly LeakSample[]): Bar {
  const wrong = samples.flatMap(wrongAccounts);
  return {
    name: 'accounts',
    holds: wrong.length === 0,
    figures: wrong.length === 0 ? `add up at each of ${samples.length} samples` : wrong.join('; '),
  };
}

/** The equations that do not hold, each with its numbers. */
export function wrongAccounts({ application, tracer }: LeakSample): string[] {
  const { started, unsampled, open, finished, discarded, unfinishedReports, reporters } = tracer;
  const [reporter] = reporters;
  if (reporter === undefined) return ['no reporter'];
  const { accepted, queued, inFlight, spooled, delivered, handedOff, givenUp } = reporter;
  const columns = queued + inFlight + spooled + delivered + handedOff + sum(givenUp);
  const equations = {
    'started = unsampled + open + finished': [started, unsampled + open + finished],
    'started as the application counts': [started, application.started],
    'unsampled as the application counts': [unsampled, application.unsampled],
    'open as the application counts': [open, application.open],
    'accepted = queued + inFlight + spooled + delivered + handedOff + givenUp': [accepted, columns],
    'accepted = finished + unfinishedReports - discarded': [accepted, finished + unfinishedReports - discarded],
  } as const;
  return Object.entries(equations)
    .filter(([, [left, right]]) => left !== right)
    .map(([equation, [left, right]]) => `${equation}: ${left} and ${right}`);
}

/** Spans given up before the sink went away. */
function lostBefore(samples: readonly LeakSample[]): number {
  const before = samples[samples.findIndex(({ sinkAway }) => sinkAway) - 1];
  return before === undefined ? NaN : lostOf(before);
}

/** Spans given up until the sink was back and the queue was empty again. */
function lostUntilBack(samples: readonly LeakSample[]): number {
  const back = samples[samples.findLastIndex(({ sinkAway }) => sinkAway) + 1];
  return back === undefined ? NaN : lostOf(back);
}

/** Without those that tail sampling dropped: nobody wanted them. */
function lostOf({ tracer }: LeakSample): number {
  const { 'tail-sampled': _, ...givenUp } = tracer.reporters[0]?.givenUp ?? {};
  return sum(givenUp);
}

function heldSpans({ tracer }: LeakSample): number {
  const [reporter] = tracer.reporters;
  return reporter === undefined ? NaN : reporter.queued + reporter.inFlight;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function nothing(name: string): Bar {
  return { name, holds: false, figures: 'nothing was measured' };
}

function told(bytes: number): string {
  return `${(bytes / megabyte).toFixed(2)} MB`;
}
