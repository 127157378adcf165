import type { TraceTab } from '../model/trace-tab.ts';

/**
 * What the views say, as whole sentences; the words of parts that are loaded later stand in `en/` (see `Sections`).
 * Numbers and durations come in formatted; `n` decides singular or plural where the language has both. A new language is
 * one more object of this shape and one of each section's, listed in `language.tsx`.
 */
const plural = (n: number, one: string, many: string): string => (n === 1 ? one : many);

export const en = {
  // The frame
  brand: 'Spanwise',
  mainNavigation: 'Main',
  traces: 'Traces',
  map: 'Map',
  skipToContent: 'Skip to the content',
  goToTrace: 'Go to trace',
  goToTraceHint: 'Paste a trace id or a traceparent header',
  notATraceId: 'This holds no trace id: 16 or 32 hex digits are needed.',
  language: 'Language',
  otherLanguage: '中文',
  themeNow: (theme: 'system' | 'light' | 'dark') =>
    ({ system: 'Colours: as the system', light: 'Colours: light', dark: 'Colours: dark' })[theme],
  collectorGone: 'The collector does not answer. Trying again; what you see is the last that arrived.',
  viewUnavailable: 'The collector does not answer, so this view cannot be opened yet. Trying again.',
  pageNotFound: 'There is no page at this address.',
  toTraces: 'Go to the traces',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  retry: 'Try again',
  details: 'Details',
  loading: 'Loading…',
  loadingShare: (share: string) => `Loading… ${share}`,

  // The query
  query: 'Query',
  queryHint: 'service=orders http.status_code>=500 duration>200ms',
  queryWrong: 'The query cannot be read yet: its line says why.',
  live: 'Live',
  liveHelp: 'Show new traces as they come',
  tags: 'Tags',
  changeQuery: 'Change the query',
  range: 'Time range',
  lastRange: (range: string) =>
    ({
      '5m': 'Last 5 minutes',
      '15m': 'Last 15 minutes',
      '1h': 'Last hour',
      '6h': 'Last 6 hours',
      '24h': 'Last 24 hours',
      '2d': 'Last 2 days',
      '7d': 'Last 7 days',
      '30d': 'Last 30 days',
    })[range] ?? range,
  absoluteRange: 'From … to …',
  from: 'From',
  to: 'To',
  limit: 'Limit',
  match: 'Match',
  matchSpan: 'one span',
  matchTrace: 'whole trace',
  matchHelp:
    'One span: a single span meets every condition. The whole trace: each condition may be met by another span.',
  search: 'Search',

  // The list
  found: (n: number, count: string) => plural(n, '1 trace', `${count} traces`),
  foundAtLimit: (count: string) => `The newest ${count} traces; there may be more`,
  zone: (zone: string) => `Times in ${zone}`,
  columnTrace: 'Trace',
  columnWhere: 'Time by service',
  columnDuration: 'Duration',
  columnSpans: 'Spans',
  columnErrors: 'Errors',
  columnStart: 'Started',
  sort: 'Order',
  sortNewest: 'Newest first',
  sortLongest: 'Longest first',
  sortErrors: 'Most errors first',
  sortSpans: 'Most spans first',
  spanCount: (n: number, count: string) => plural(n, '1 span', `${count} spans`),
  errorCount: (n: number, count: string) => plural(n, '1 error', `${count} errors`),
  serviceShare: (service: string, duration: string, share: string) => `${service}: ${duration} (${share})`,
  unnamedService: '(no service name)',
  unnamedOperation: '(no name)',
  rootMissing: 'Its first span is not here: not arrived yet, not sampled, or lost. The name is that of a part.',

  // States
  incomplete: (instant: string) =>
    `The search ran out of time: everything back to ${instant} was looked at, older traces may be missing.`,
  incompleteNarrow: 'Name a service or shorten the range to reach further back.',
  nothingFound: 'No trace meets this query',
  searchedFor: (range: string, conditions: string) => `Searched for ${conditions}: ${range}.`,
  searchedAll: (range: string) => `Searched without conditions: ${range}.`,
  rangeBetween: (from: string, to: string) => `from ${from} to ${to}`,
  nearestChange: 'What might find something',
  widen: (range: string) => `Look further back: ${range.toLowerCase()}`,
  without: (condition: string) => `Drop “${condition}”`,
  matchWholeTrace: 'Let the conditions be met by different spans of a trace',
  anything: 'everything',
  clearAll: 'Drop every condition',
  clearBrush: 'Let go of what is selected in the map',
  failed: 'The collector could not answer',
  broken: 'This page has failed',
  refused: 'The collector refused this',
  failedDetails: (status: number, code: string) => `HTTP ${status}, ${code}`,

  // The first span

  // A trace
  traceTitle: 'Trace',
  traceNotFound: 'This trace is not here',
  traceNotFoundText: (id: string) =>
    `No span of ${id} is stored. It may be older than what is kept, not sampled, or still on its way; this page looks again for a minute.`,
  duration: 'Duration',
  started: 'Started',
  spans: 'Spans',
  services: 'Services',
  errors: 'Errors',
  depth: 'Depth',
  arriving: 'may still grow',
  arrivingText: 'Spans of this trace may still be on their way; what arrives appears here by itself.',
  nextError: 'Next error',
  whereTime: 'Where the time went',
  pathShare: (share: string, service: string, operation: string) => `${share} in ${service} · ${operation}`,
  pathSpans: (count: string) => `${count} spans`,
  traceWarnings: (n: number, count: string) => plural(n, '1 warning', `${count} warnings`),
  minimap: 'Overview of the whole trace. Drag to zoom, drag the handle to move.',
  shownPart: 'The part of the trace that is shown',
  shownFromTo: (from: string, to: string) => `from ${from} to ${to}`,
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomAll: 'Show the whole trace',
  searchInTrace: 'Search in this trace',
  searchInTraceHint: 'name, key=value, id',
  matches: (at: string, count: string) => `${at} of ${count}`,
  noMatches: 'nothing found',
  previousMatch: 'Previous match',
  nextMatch: 'Next match',
  onlyMatches: 'Only matches',
  onlyCritical: 'Critical path',
  unfoldAll: 'Unfold all',
  keys: 'Keys',
  waterfall: 'Spans of the trace',
  columnSpan: 'Service and operation',
  resizeColumns: 'Width of the name column',
  hides: (n: number, count: string) => plural(n, 'hides 1 span', `hides ${count} spans`),
  foldMenu: 'Fold',
  foldLevels: 'Open levels',
  showLevels: (n: number, count: string) => plural(n, 'Show 1 level', `Show ${count} levels`),
  foldServices: 'Fold what these services call',
  foldAlike: 'Like siblings as one row',
  foldAlikeAgain: 'Show these siblings as one row',
  times: (count: string) => `× ${count}`,
  alikeCount: (count: string) => `${count} siblings alike; shows each of them`,
  alikeTimes: (total: string, shortest: string, longest: string) => `${total} in all, ${shortest} – ${longest} each`,
  alikeTimesShort: (total: string, shortest: string, longest: string) => `Σ ${total} · ${shortest} – ${longest}`,
  fold: 'Fold',
  unfold: 'Unfold',
  hasError: 'failed',
  unfinished: 'unfinished',
  hasWarning: 'has a warning',
  focused: (name: string) => `Only ${name} and what is under it`,
  leaveFocus: 'Show the whole trace',

  // The tabs of a trace
  tabs: 'Ways to look at the trace',
  tabName: (tab: TraceTab) =>
    ({
      waterfall: 'Waterfall',
      findings: 'Findings',
      operations: 'Operations',
      flame: 'Flame graph',
      graph: 'Graph',
      json: 'JSON',
    })[tab],
  asTable: 'As a table',

  format: 'Format',
  inFile: 'A saved trace',
  emptyFile: 'There is no trace in this file.',

  // The panel
  panel: 'Span',
  start: 'Start',
  selfTime: 'Self time',
  kind: 'Kind',
  status: 'Status',
  spanId: 'Span id',
  traceId: 'Trace id',
  parent: 'Parent',
  copyValue: (key: string) => `Copy the value of ${key}`,

  correctClocks: 'Correct clocks',
  correctClocksHelp:
    'Move spans of machines whose clocks differ to where they can have been. What is sent stays as it is.',

  // Keys
  keyHelp: 'Keys',
  keyHelpKey: 'This list',
  keyGo: 'Go to a trace id',
  keyTraces: 'Next, previous trace',
  keyOpenTrace: 'Open the trace',
  keyQuery: 'To the query',
};

export type Words = typeof en;
