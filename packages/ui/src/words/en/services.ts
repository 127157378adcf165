import type { ServiceColumn } from '../../model/service-sort.ts';

/** The views of services: the table, and one service. Rates, shares and durations come in formatted. */
export const servicesWords = {
  notAnywhere: 'No service is called this, and it holds no trace id (16 or 32 hex digits).',
  nothingArrived: 'Nothing has arrived for this view yet. It fills by itself when the collector answers.',
  filter: 'Filter',
  filterHint: 'part of a name',
  serviceCount: (n: number, count: string) => (n === 1 ? '1 service' : `${count} services`),
  shownOf: (shown: string, count: string) => `${shown} of ${count} services`,
  columnService: 'Service',
  columnOperation: 'Operation',
  column: (column: Exclude<ServiceColumn, 'name'>) =>
    ({
      rate: 'Rate',
      rateChange: 'change',
      errors: 'Errors',
      errorsChange: 'change',
      p50: 'p50',
      p95: 'p95',
      p95Change: 'change',
      p99: 'p99',
    })[column],
  columnHelp: (column: ServiceColumn) =>
    ({
      name: 'Order by name',
      rate: 'Calls per unit of time',
      rateChange: 'Rate against the window before',
      errors: 'Share of the calls that failed',
      errorsChange: 'Share of errors against the window before',
      p50: 'Half of the calls took no longer',
      p95: '95 % of the calls took no longer',
      p95Change: 'p95 against the window before',
      p99: '99 % of the calls took no longer',
    })[column],
  changeName: (column: 'rateChange' | 'errorsChange' | 'p95Change') =>
    ({ rateChange: 'Rate change', errorsChange: 'Errors change', p95Change: 'p95 change' })[column],
  perSecond: (value: string) => `${value}/s`,
  perMinute: (value: string) => `${value}/min`,
  points: (value: string) => `${value} pt`,
  isNew: 'new',
  isNewHelp: 'Not there in the window before',
  worse: 'worse',
  sideName: (kind: number) => ({ 2: 'answers', 3: 'calls' })[kind] ?? 'own work',
  sideHelp: (kind: number) =>
    ({ 2: 'What it answered: server and consumer spans', 3: 'What it called: client and producer spans' })[kind] ??
    'What it did by itself: internal spans',
  comparedWhole: (before: string) => `Changes are against ${before}.`,
  comparedPart: (before: string) =>
    `Changes are against ${before}: nothing is stored of the window before that, so it is shorter.`,
  comparedNothing: 'There is nothing to compare with: no span is stored of the window before.',
  comparedLater: 'Changes come when the window before is summed up.',
  since: (instant: string) =>
    `Nothing is stored from before ${instant}: rates are over the time since, and there is nothing to compare with.`,
  stillSumming: (instant: string) =>
    `Complete from ${instant} on. What is older is still being summed up; this page follows.`,
  notJoined:
    'Some traces arrived in many parts and have not been looked at as a whole yet: a few calls may be missing or count twice.',
  emptyTitle: 'No span in this window',
  emptyText: (range: string) => `Nothing that started in the ${range} is stored.`,
  emptyBetween: (range: string) => `Nothing that started ${range} is stored.`,
  noSpans: 'No span has arrived yet',
  noSpansText: 'Send the first one; this view fills by itself.',
  howToSend: 'How to send spans',
  noNameMatches: (text: string) => `No name holds “${text}”.`,
  showAllNames: 'Show all names',
  showRest: (count: string) => `Show ${count} more`,
  tracesOf: (name: string) => `Traces of ${name}`,
  allTraces: 'Its traces',
  onMap: 'On the map',
  back: 'All services',
  serviceGone: (service: string) => `${service} has no span in this window`,
  rateChart: 'Rate',
  errorsChart: 'Errors',
  latencyChart: 'Latency',
  latencyScale: 'Logarithmic scale',
  exemplarHint: 'a dot is a trace, select it to open it',
  exemplar: (duration: string, instant: string) => `Trace with a span of ${duration}, ${instant}`,
  chartHelp: 'Left and right move the cursor in all charts; Enter opens the slowest trace there.',
  chartLabel: (chart: string) => `${chart} over time. “As a table” has the same.`,
  columnTime: 'From',
  columnCalls: 'Calls',
  columnTraces: 'Traces',
  running: 'still running',
  operations: 'Operations',
  callers: 'Callers',
  callees: 'Calls to',
  noCallers: 'No other service was seen to call it in this window.',
  noCallees: 'It was not seen to call anything in this window.',
  nodeKind: (kind: 'service' | 'database' | 'broker') =>
    ({ service: 'service', database: 'database', broker: 'message broker' })[kind],
};

export type ServicesWords = typeof servicesWords;
