/** Columns of the table of operations. */
export const tableColumns = ['name', 'count', 'total', 'self', 'mean', 'p50', 'p95', 'max', 'errors'] as const;
export type TableColumn = (typeof tableColumns)[number];

export interface TableSort {
  readonly column: TableColumn;
  readonly ascending: boolean;
}

/** What took most time stands first. */
export const firstSort: TableSort = { column: 'total', ascending: false };

/** Another column begins with what is most in it, names with A; the same column turns round. */
export function sortedBy(sort: TableSort, column: TableColumn): TableSort {
  if (sort.column === column) return { column, ascending: !sort.ascending };
  return { column, ascending: column === 'name' };
}

/** `total`, or `total.up` when the least stands first. */
export function formatSort({ column, ascending }: TableSort): string {
  return ascending ? `${column}.up` : column;
}

export function parseSort(text: string): TableSort | undefined {
  const [name, direction, ...rest] = text.split('.');
  const column = tableColumns.find((one) => one === name);
  if (column === undefined || rest.length > 0 || (direction !== undefined && direction !== 'up')) return undefined;
  return { column, ascending: direction === 'up' };
}
