import type { QueryProblem } from '@spanwise/analysis';
import type { TraceFacet } from '@spanwise/wire/query';

/** The heat map, the facets, what is wrong with a query, and new traces as they come. */
export const searchWords = {
  problem: ({ kind, name, expected }: Pick<QueryProblem, 'kind' | 'name' | 'expected'>): string =>
    ({
      'unclosed-quote': 'A closing quote is missing.',
      'missing-name': 'A field or a tag is missing before this.',
      'missing-value': `“${name}” has no value; "" is the empty one.`,
      'negated-comparison': `“!” stands before a tag alone; write ${name}!=…`,
      'no-or': 'Conditions must all hold; there is no OR.',
      'no-such-operator': `“${name}” is compared with ${expected.join(' ')}`,
      'not-a-duration': `“${name}” takes a number and a unit: 250us, 100ms, 1.5s, 2min.`,
      'not-a-number': `“${name}” is compared with a number here.`,
      'unknown-value': `“${name}” is one of ${expected.join(', ')}.`,
    })[kind],

  map: 'Heat map',
  mapLabel: (n: number, count: string) =>
    n === 1 ? 'Heat map of 1 trace: duration over time' : `Heat map of ${count} traces: duration over time`,
  mapHelp:
    'Arrows move, with Shift they select, Enter shows what is selected, Escape lets go. “As a table” has the same.',
  mapHint: 'Drag to select',
  counted: (n: number, count: string) => (n === 1 ? '1 trace' : `${count} traces`),
  countedBackTo: (count: string, instant: string) =>
    `The newest ${count} traces were counted, back to ${instant}. A shorter range or more conditions count all.`,
  cell: (from: string, to: string, least: string, most: string) => `${from} to ${to}, ${least} to ${most}`,
  cellCount: (count: string, errors: string, hasErrors: boolean) =>
    hasErrors ? `${count} traces, ${errors} with errors` : `${count} traces`,
  withErrors: (errors: string) => `${errors} with errors`,
  asTable: 'As a table',
  tableDuration: 'Duration',
  tableFrom: (instant: string) => `from ${instant}`,
  durations: (least: string, most: string) => `${least} to ${most}`,
  brushed: 'Selected in the map',
  clearBrush: 'Clear',
  zoomIn: 'Zoom in',
  counting: 'Counting…',

  facets: 'Filters',
  closeFacets: 'Show the traces',
  facet: (field: TraceFacet['field']) =>
    ({ service: 'Service', operation: 'Operation', 'trace.error': 'Errors', tag: 'Tag' })[field],
  hasErrors: 'with errors',
  hasNoErrors: 'without errors',
  emptyValue: '(empty)',
  moreValues: (count: string) => `${count} more; the query line finds them`,
  facetsSeparate: 'Tags that tell slow and failed traces from the others come first.',
  noFacets: 'Nothing to choose from here.',

  newTraces: (n: number, count: string) => (n === 1 ? '1 new trace' : `${count} new traces`),
  liveWaits: 'Live: waiting for new traces',
  liveGap: 'Traces came that are not in this list: too many at once, or while it was not asked for.',
  searchAgain: 'Search again',
  livePaused: 'Live is paused until the collector answers',
};

export type SearchWords = typeof searchWords;
