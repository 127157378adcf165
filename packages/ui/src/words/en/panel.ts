/** The panel of a span. */
export const panelWords = {
  tags: 'Tags',
  start: 'Start',
  kind: 'Kind',
  status: 'Status',
  spanId: 'Span id',
  parent: 'Parent',
  closePanel: 'Close the panel',
  startIn: (offset: string) => `${offset} into the trace`,
  selfTimeHelp: 'Time in this span while none of its children ran.',
  criticalShare: 'Critical path',
  criticalShareOf: (duration: string, share: string) => `${duration}, ${share} of the path`,
  notCritical: 'not on it',
  ownPath: (name: string) =>
    `This is the path of “${name}”, which has one of its own: nobody above waits for its end, so it is no part of that of the trace.`,
  kinds: (kind: number) => ['', 'internal', 'server', 'client', 'producer', 'consumer'][kind] ?? '',
  statusError: 'error',
  statusOk: 'ok',
  children: 'Children',
  descendants: (direct: string, all: string) => `${direct} direct, ${all} in all`,
  noTags: 'No tags.',
  logs: 'Logs',
  references: 'References',
  follows: 'Refers to',
  referredBy: 'Referred to by',
  otherTrace: 'in another trace',
  missingSpan: 'not in this trace',
  process: 'Process',
  library: 'Library',
  localAddress: 'Ran at',
  remoteAddress: 'Talked to',
  dropped: (tags: number, events: number, links: number) =>
    `The sender dropped ${tags} tags, ${events} logs and ${links} references.`,
  findTraces: (tag: string) => `Find traces with ${tag}`,
  findHere: (tag: string) => `Find ${tag} in this trace`,
  focusSpan: 'Focus',
  zoomSpan: 'Zoom to it',
  showMore: 'Show all',
  movedBy: (duration: string, later: boolean) =>
    later ? `Clocks corrected: moved ${duration} to later` : `Clocks corrected: moved ${duration} to earlier`,
};

export type PanelWords = typeof panelWords;
