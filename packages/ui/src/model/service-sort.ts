import type { ServiceRow } from './service-rows.ts';

/** Columns of the tables of services and operations. */
export const serviceColumns = [
  'name',
  'rate',
  'rateChange',
  'errors',
  'errorsChange',
  'p50',
  'p95',
  'p95Change',
  'p99',
] as const;
export type ServiceColumn = (typeof serviceColumns)[number];

export interface ServiceSort {
  readonly column: ServiceColumn;
  readonly ascending: boolean;
}

/** What fails most stands first; where nothing fails, what is called most. */
export const firstServiceSort: ServiceSort = { column: 'errors', ascending: false };

/** Another column begins with what is most in it, names with A; the same column turns round. */
export function serviceSortedBy(sort: ServiceSort, column: ServiceColumn): ServiceSort {
  if (sort.column === column) return { column, ascending: !sort.ascending };
  return { column, ascending: column === 'name' };
}

/** `p95`, or `p95.up` when the least stands first; `undefined` for the order that needs no address. */
export function formatServiceSort({ column, ascending }: ServiceSort): string | undefined {
  if (column === firstServiceSort.column && ascending === firstServiceSort.ascending) return undefined;
  return ascending ? `${column}.up` : column;
}

/** What is not an order gives the first. */
export function parseServiceSort(text: string | undefined): ServiceSort {
  const [name, direction, ...rest] = (text ?? '').split('.');
  const column = serviceColumns.find((one) => one === name);
  const isSound = column !== undefined && rest.length === 0 && (direction === undefined || direction === 'up');
  return isSound ? { column, ascending: direction === 'up' } : firstServiceSort;
}

/** Rows whose name holds the text, in order. What has no value in the column stands last either way. */
export function arrangeServices(rows: readonly ServiceRow[], name: string, sort: ServiceSort): ServiceRow[] {
  const wanted = name.trim().toLowerCase();
  const shown = rows.filter((row) => row.name.toLowerCase().includes(wanted));
  return shown.sort((a, b) => compareBy(sort, a, b) || b.rate - a.rate || compareNames(a, b));
}

function compareBy({ column, ascending }: ServiceSort, a: ServiceRow, b: ServiceRow): number {
  if (column === 'name') return ascending ? compareNames(a, b) : compareNames(b, a);
  const [one, other] = [valueOf(column, a), valueOf(column, b)];
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return ascending ? one - other : other - one;
}

function compareNames(a: ServiceRow, b: ServiceRow): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}

function valueOf(column: Exclude<ServiceColumn, 'name'>, row: ServiceRow): number | null {
  const change = row.change === 'new' ? undefined : row.change;
  switch (column) {
    case 'rate':
      return row.rate;
    case 'rateChange':
      return change?.rate ?? null;
    case 'errors':
      return row.errorShare;
    case 'errorsChange':
      return change?.errorShare ?? null;
    case 'p50':
      return row.p50Micros;
    case 'p95':
      return row.p95Micros;
    case 'p95Change':
      return change?.p95 ?? null;
    case 'p99':
      return row.p99Micros;
  }
}
