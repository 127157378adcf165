import { withoutAbsent } from './address.ts';
import type { AddressChange } from './address.ts';
import { parseTracesParams } from './traces-params.ts';
import type { TracesParams } from './traces-params.ts';

/** The range of time in the address, which every view but that of one trace shares. */
export type RangeParams = Pick<TracesParams, 'range' | 'from' | 'to'>;

/** What the views of services and of the map keep in the address, defaults left out. */
export interface SumsParams extends RangeParams {
  /** Part of the names that are shown. */
  readonly name?: string;
  /** A column and a direction; `parseServiceSort` reads it. */
  readonly sort?: string;
  /** The node of the map whose neighbourhood is shown. */
  readonly focus?: string;
  /** Pictures are shown as tables. */
  readonly as?: 'table';
}

/** Changes some of it. */
export type ChangeSums = (part: AddressChange<SumsParams>) => void;

/** The range alone: a link to another view carries it along. */
export function rangeOf(raw: object): RangeParams {
  const { range, from, to } = parseTracesParams({ ...raw });
  return withoutAbsent<RangeParams>({ range, from, to });
}

/** Reads the address. What makes no sense is left out. */
export function parseSumsParams(raw: Readonly<Record<string, unknown>>): SumsParams {
  const { name, sort, focus } = raw;
  const as = raw.as === 'table' ? 'table' : undefined;
  return withoutAbsent<SumsParams>({ ...rangeOf(raw), name: text(name), sort: text(sort), focus: text(focus), as });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
