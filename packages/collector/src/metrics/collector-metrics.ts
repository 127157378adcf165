import type { IngestCounters } from '../ingest/ingest-counters.ts';
import type { StoreStats } from '../storage/span-store.ts';
import type { EventLoopDelay } from './event-loop-watch.ts';
import type { Metric, Sample } from './prometheus-text.ts';

/** Everything that `/metrics` tells. */
export function collectorMetrics(counters: IngestCounters, store: StoreStats, delay: EventLoopDelay): Metric[] {
  return [...ingestMetrics(counters), ...storeMetrics(store), ...processMetrics(delay)];
}

function ingestMetrics({ receivedSpans, rejectedSpans, storedSpans, bodies }: IngestCounters): Metric[] {
  return [
    counter('received_spans_total', 'Spans in bodies that decode, kept or not', byProtocol(receivedSpans)),
    counter('rejected_spans_total', 'Spans refused for an id or a time that cannot be', byProtocol(rejectedSpans)),
    counter('stored_spans_total', 'Spans acknowledged as durable, repeated ones each time', byProtocol(storedSpans)),
    counter('ingest_requests_total', 'Requests and datagrams with spans, by answer', [...bodies].map(bodySample)),
  ];
}

function storeMetrics(stats: StoreStats): Metric[] {
  return [
    counter('store_appended_bodies_total', 'Bodies made durable', one(stats.appendedBodies)),
    counter('store_appended_spans_total', 'Spans made durable', one(stats.appendedSpans)),
    counter('store_converted_spans_total', 'Spans made searchable, before deduplication', one(stats.convertedSpans)),
    counter('store_refused_bodies_total', 'Bodies refused because the store was behind', one(stats.refusedBodies)),
    counter('store_replayed_bodies_total', 'Bodies found in the journal at start', one(stats.replayedBodies)),
    counter('store_torn_frames_total', 'Frames dropped at start that were never acknowledged', one(stats.tornFrames)),
    ...troubleMetrics(stats),
    gauge('store_backlog_bytes', 'Bytes durable and not yet searchable', one(stats.backlogBytes)),
    gauge('store_journal_bytes', 'Size of the journal', one(stats.journalBytes)),
    gauge('store_segment_bytes', 'Size of all segments', one(stats.segmentBytes)),
    gauge('store_segments', 'Segments', one(stats.segments)),
    gauge('store_spans', 'Rows kept; a span that arrived again later may be two until it is read', [
      [{ place: 'segments' }, stats.spansInSegments],
      [{ place: 'hot-table' }, stats.spansInHotTable],
    ]),
  ];
}

/** What only stores on disk can tell. */
function troubleMetrics(stats: StoreStats): Metric[] {
  const told = [
    [
      'store_damaged_frames',
      'Damaged places in the journal where acknowledged bodies may be lost',
      stats.damagedFrames,
    ],
    ['store_damaged_segments', 'Segments that are damaged and left out', stats.damagedSegments],
    ['store_quarantined_bodies', 'Acknowledged bodies that could not be converted', stats.quarantinedBodies],
    ['store_quarantined_spans', 'Acknowledged spans too large for any segment', stats.quarantinedSpans],
    ['store_worker_restarts', 'Times the converting thread ended and was started again', stats.workerRestarts],
  ] as const;
  return told.flatMap(([name, help, value]) =>
    value === undefined ? [] : [counter(`${name}_total`, help, one(value))],
  );
}

function processMetrics({ p99Seconds, maxSeconds }: EventLoopDelay): Metric[] {
  return [
    gauge('event_loop_delay_seconds', 'Delay of the event loop in the last one to two minutes', [
      [{ quantile: '0.99' }, p99Seconds],
      [{ quantile: '1' }, maxSeconds],
    ]),
    gauge('resident_memory_bytes', 'Resident memory of the process', one(process.memoryUsage.rss())),
  ];
}

function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name: `spanwise_${name}`, type: 'counter', help, samples };
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name: `spanwise_${name}`, type: 'gauge', help, samples };
}

function one(value: number): Sample[] {
  return [[{}, value]];
}

function byProtocol(counts: ReadonlyMap<string, number>): Sample[] {
  return [...counts].map(([protocol, value]) => [{ protocol }, value]);
}

function bodySample([key, value]: readonly [string, number]): Sample {
  const [protocol = '', status = ''] = key.split(' ');
  return [{ protocol, status }, value];
}
