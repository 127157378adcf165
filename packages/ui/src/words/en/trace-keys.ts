/** What the keys of a trace do. */
export const traceKeyWords = {
  rows: 'Next, previous row',
  fold: 'Fold, unfold; to the parent, to the first child',
  levels: 'Open so many levels, or all again',
  foldService: 'Fold, unfold the service of the span',
  alike: 'Like siblings as one row or each: here, everywhere',
  unfoldAll: 'Unfold all',
  panel: 'Open or close the panel',
  search: 'Search in this trace',
  matches: 'Next, previous match',
  error: 'Next error',
  evidence: 'Next, previous evidence of the finding',
  critical: 'Only the critical path',
  focus: 'Focus on the subtree, or leave it',
  zoom: 'Zoom in, out, whole trace',
  clocks: 'Correct clocks, or show times as sent',
  table: 'Flame graph, graph: as a table, as a picture',
  pan: 'Zoom and pan',
  back: 'Back: close, clear, leave focus',
};

export type TraceKeyWords = typeof traceKeyWords;
