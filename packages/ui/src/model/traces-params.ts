import { parseBrush } from './heat-brush.ts';
import { defaultRange, isRangePreset, parseInstantMicros } from './time-range.ts';
import type { RangePreset } from './time-range.ts';
import { traceOrders } from './trace-order.ts';
import type { TraceOrder } from './trace-order.ts';

/** The query of the traces view as it stands in the address: what people typed, defaults left out. */
export interface TracesParams {
  /** Conditions in the language of queries. */
  readonly q?: string;
  /** Conditions as links and older addresses name them; the page reads them before `q`, and writes `q` alone. */
  readonly service?: string;
  readonly operation?: string;
  /** `key=value` or `key`, each must hold. */
  readonly tag?: readonly string[];
  readonly min?: string;
  readonly max?: string;
  /** A preset; `from` and `to` win when both are there. */
  readonly range?: RangePreset;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
  readonly match?: 'trace';
  /** How the found ones are ordered: it is no part of what is searched for. Newest first unless it says otherwise. */
  readonly order?: Exclude<TraceOrder, 'newest'>;
  /** The part of the heat map that is chosen: see `formatBrush`. */
  readonly brush?: string;
  /** New traces are shown as they come. */
  readonly live?: '1';
}

export const defaultLimit = 50;
export const limitChoices: readonly number[] = [20, 50, 100, 200, 500, 1000];

/** Reads the address. What makes no sense is left out; the page never fails on an address. */
export function parseTracesParams(raw: Readonly<Record<string, unknown>>): TracesParams {
  const params: Mutable<TracesParams> = {};
  for (const key of ['q', 'min', 'max'] as const) {
    const value = textOf(raw[key]);
    if (value !== '') params[key] = value;
  }
  for (const key of ['service', 'operation'] as const) {
    const value = wholeTextOf(raw[key]);
    if (value !== '') params[key] = value;
  }
  const tags = listOf(raw.tag).filter((tag) => tag !== '' && !tag.startsWith('='));
  if (tags.length > 0) params.tag = tags;
  readRange(raw, params);
  const limit = Math.trunc(Number(textOf(raw.limit)));
  if (limit >= 1 && limit <= 1000 && limit !== defaultLimit) params.limit = limit;
  if (raw.match === 'trace') params.match = 'trace';
  const order = traceOrders.find((known) => known === raw.order);
  if (order !== undefined && order !== 'newest') params.order = order;
  const brush = textOf(raw.brush);
  if (parseBrush(brush) !== undefined) params.brush = brush;
  if (textOf(raw.live) === '1' && params.from === undefined) params.live = '1';
  return params;
}

function readRange(raw: Readonly<Record<string, unknown>>, params: Mutable<TracesParams>): void {
  const from = textOf(raw.from);
  const to = textOf(raw.to);
  if (parseInstantMicros(from) !== undefined && parseInstantMicros(to) !== undefined) {
    params.from = from;
    params.to = to;
    return;
  }
  const range = textOf(raw.range);
  if (isRangePreset(range) && range !== defaultRange) params.range = range;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function textOf(value: unknown): string {
  return wholeTextOf(value).trim();
}

/** What must be equal to something may end with a space or a new line. */
function wholeTextOf(value: unknown): string {
  if (Array.isArray(value)) return wholeTextOf(value[0]);
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function listOf(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return [...new Set(list.map(wholeTextOf))];
}
