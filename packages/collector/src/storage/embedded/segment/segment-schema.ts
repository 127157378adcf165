/** The columns of a segment, in order. Ids are UBIGINT: BLOB and HUGEINT give wrong answers in Parquet (docs/store.md). */
export const segmentColumns = [
  ['trace_hi', 'UBIGINT'],
  ['trace_lo', 'UBIGINT'],
  ['span_id', 'UBIGINT'],
  ['parent_id', 'UBIGINT'],
  ['start_us', 'BIGINT'],
  ['duration_ns', 'BIGINT'],
  ['name_id', 'UINTEGER'],
  ['resource_id', 'UINTEGER'],
  ['scope_id', 'UINTEGER'],
  ['remote_id', 'UINTEGER'],
  ['flags', 'UINTEGER'],
  ['start_ns', 'USMALLINT'],
  ['kind', 'UTINYINT'],
  ['status', 'UTINYINT'],
  ['bits', 'UTINYINT'],
  ['tags', 'VARCHAR'],
  ['rest', 'VARCHAR'],
] as const;

export type SegmentColumn = (typeof segmentColumns)[number][0];

export function columnIndex(name: SegmentColumn): number {
  return segmentColumns.findIndex(([column]) => column === name);
}

/** A path or text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
