import type { TableColumn } from '../../model/table-sort.ts';

/** The tabs that add paths and operations up. */
export const pathsWords = {
  tableColumn: (column: TableColumn) =>
    ({
      name: 'Service and operation',
      count: 'Spans',
      total: 'Total',
      self: 'Self',
      mean: 'Mean',
      p50: 'p50',
      p95: 'p95',
      max: 'Max',
      errors: 'Errors',
    })[column],
  columnHelp: (column: TableColumn) =>
    ({
      name: 'Order by name',
      count: 'How many spans',
      total: 'Durations added up, children included',
      self: 'Time in which no child ran, added up',
      mean: 'Mean duration',
      p50: 'Half of the spans took no longer',
      p95: '95 % of the spans took no longer',
      max: 'The longest duration',
      errors: 'Failed spans',
    })[column],
  columnWork: 'Work',
  workHelp: 'Self time of the path and of all under it; what ran side by side counts as often as it ran.',
  pathFacts: (spans: string, total: string, self: string) => `${spans}, ${total} in all, ${self} self`,
  selfOf: (duration: string) => `self ${duration}`,
  flameHint: 'As wide as the work in it: own time and that of all under it. Select one to zoom.',
  flameLabel: (count: string) => `Flame graph of ${count} paths. “As a table” has the same.`,
  graphHint: 'Who called whom. Lines are as thick as there were calls.',
  graphLabel: (count: string) => `Graph of ${count} paths. “As a table” has the same.`,
};

export type PathsWords = typeof pathsWords;
