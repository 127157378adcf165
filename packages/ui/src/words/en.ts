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
  goToTrace: 'Go to a trace or a service',
  goToTraceHint: 'Trace id, traceparent or service',
  language: 'Language',
  otherLanguage: '中文',
  themeNow: (theme: 'system' | 'light' | 'dark') =>
    ({ system: 'Colours: as the system', light: 'Colours: light', dark: 'Colours: dark' })[theme],
  collectorGone: 'The collector does not answer. Trying again; what is shown arrived before.',
  viewUnavailable: 'The collector does not answer, so this view cannot be opened yet. Trying again.',
  pageNotFound: 'There is no page at this address.',
  toTraces: 'Go to the traces',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  retry: 'Try again',
  details: 'Details',
  loading: 'Loading…',

  // The query
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

  // The list
  zone: (zone: string) => `Times in ${zone}`,
  columnSpans: 'Spans',
  columnErrors: 'Errors',
  spanCount: (n: number, count: string) => plural(n, '1 span', `${count} spans`),
  errorCount: (n: number, count: string) => plural(n, '1 error', `${count} errors`),
  unnamedService: '(no service name)',
  unnamedOperation: '(no name)',

  // States
  failed: 'The collector could not answer',
  broken: 'This page has failed',
  refused: 'The collector refused this',
  failedDetails: (status: number, code: string) => `HTTP ${status}, ${code}`,

  // The first span

  // A trace
  services: 'Services',
  errors: 'Errors',
  keys: 'Keys',

  // The tabs of a trace
  asTable: 'As a table',

  // The panel

  // Keys
  keyHelp: 'Keys',
  keyHelpKey: 'This list',
  keyGo: 'Go to a trace or a service',
};

export type Words = typeof en;
