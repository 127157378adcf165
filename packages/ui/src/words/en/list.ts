const plural = (n: number, one: string, many: string): string => (n === 1 ? one : many);

/** The query and the list of traces. */
export const listWords = {
  query: 'Query',
  queryHint: 'service=orders http.status_code>=500 duration>200ms',
  queryWrong: 'The query cannot be read yet: its line says why.',
  live: 'Live',
  liveHelp: 'Show new traces as they come',
  changeQuery: 'Change the query',
  range: 'Time range',
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
  found: (n: number, count: string) => plural(n, '1 trace', `${count} traces`),
  foundAtLimit: (count: string) => `The newest ${count} traces; there may be more`,
  orderedAtLimit: (count: string) =>
    `The newest ${count} traces, only these in order; there may be more. A higher limit or more conditions take in others.`,
  columnTrace: 'Trace',
  columnWhere: 'Time by service',
  columnDuration: 'Duration',
  columnStart: 'Started',
  sort: 'Order',
  sortNewest: 'Newest first',
  sortLongest: 'Longest first',
  sortErrors: 'Most errors first',
  sortSpans: 'Most spans first',
  sortOf: (order: string, count: string) => `${order} of these ${count}`,
  serviceShare: (service: string, duration: string, share: string) => `${service}: ${duration} (${share})`,
  rootMissing: 'Its first span is not here: not arrived yet, not sampled, or lost. The name is that of a part.',
  incomplete: (instant: string) =>
    `The search ran out of time: everything back to ${instant} was looked at, older traces may be missing.`,
  incompleteAdvice: (namesService: boolean): string =>
    namesService
      ? 'Shorten the range, or move it back, to reach what is older.'
      : 'Name a service, or shorten the range, to reach what is older.',
  searching: 'Searching…',
  rangeBetween: (from: string, to: string) => `from ${from} to ${to}`,
  widen: (range: string) => `Look further back: ${range.toLowerCase()}`,
  nothingFound: 'No trace meets this query',
  searchedFor: (range: string, conditions: string) => `Searched for ${conditions}: ${range}.`,
  searchedAll: (range: string) => `Searched without conditions: ${range}.`,
  nearestChange: 'What finds something',
  without: (condition: string) => `Drop “${condition}”`,
  matchWholeTrace: 'Let the conditions be met by different spans of a trace',
  searchInstead: (condition: string) => `Search for ${condition}`,
  findsNewest: (trace: string, when: string) => `finds ${trace}, ${when}`,
  tryingChanges: 'Trying what would find something…',
  noChangeFinds: 'No small change finds anything: change the query or the range.',
  anything: 'everything',
  clearAll: 'Drop every condition',
  clearBrush: 'Let go of what is selected in the map',
  keyTraces: 'Next, previous trace',
  keyOpenTrace: 'Open the trace',
  keyQuery: 'To the query',
};

export type ListWords = typeof listWords;
