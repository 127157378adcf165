/** What is said of a trace whose tags and logs come later than its tree. */
export const largeTraceWords = {
  arriving: (loaded: string, count: string) => `Tags and logs of ${loaded} of ${count} spans are here.`,
  onDemand: 'Others come when you look at a span.',
  searched: 'Until they are, the search knows of the others only service and operation.',
  loadAll: 'Load all',
  failing: 'Tags and logs could not be loaded.',
  retry: 'Try now',
  loadingSpan: 'Loading tags and logs…',
  failedSpan: 'Tags and logs of this span could not be loaded.',
  jsonLater: (loaded: string, count: string) =>
    `The JSON can be made when tags and logs are here: of ${loaded} of ${count} spans so far.`,
};

export type LargeTraceWords = typeof largeTraceWords;
