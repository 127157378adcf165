import { formatSort, parseSort } from './table-sort.ts';
import { isSpanKey } from './span-key.ts';
import { jsonFormats, traceTabs } from './trace-tab.ts';
import type { JsonFormat, TraceTab } from './trace-tab.ts';

/** What of a trace is looked at, as it stands in the address. Spans are named by their keys (`span-key.ts`). */
export interface TraceViewParams {
  /** The selected span. */
  readonly span?: string;
  /** The panel is open on the selected span. */
  readonly panel?: 'closed';
  /** The window in microseconds since the start of the trace: `from~to`. */
  readonly zoom?: string;
  /** Folded spans. */
  readonly fold?: string;
  /** How many levels are open. */
  readonly levels?: string;
  /** Services whose spans are folded. */
  readonly foldService?: readonly string[];
  /** Spans that are open although `levels` or `foldService` folds them. */
  readonly unfold?: string;
  /** Like siblings have a row each. */
  readonly alike?: 'off';
  /** Members of groups of like siblings that are open. */
  readonly ungroup?: string;
  /** The finding that is looked at: its kind, and the key of the span that it is about. */
  readonly finding?: string;
  /** Only this span and what is under it. */
  readonly focus?: string;
  /** Search inside the trace. */
  readonly q?: string;
  /** Only the critical path, or only what the search finds. */
  readonly only?: 'critical' | 'matches';
  /** How the trace is looked at; the waterfall when absent. */
  readonly tab?: Exclude<TraceTab, 'waterfall'>;
  /** What the table of operations is sorted by. */
  readonly sort?: string;
  /** The flame graph shows only the path of this span and what is under it. */
  readonly path?: string;
  /** The flame graph and the trace graph are tables. */
  readonly as?: 'table';
  /** Spans stand where they can have been if all clocks agreed, not where they were sent. */
  readonly clocks?: 'corrected';
  readonly format?: Exclude<JsonFormat, 'spanwise'>;
}

/** Reads the address of a trace; what makes no sense is left out. */
export function parseTraceView(raw: Readonly<Record<string, unknown>>): TraceViewParams {
  const params: { -readonly [K in keyof TraceViewParams]: TraceViewParams[K] } = {};
  const span = idOf(raw.span);
  if (span !== undefined) params.span = span;
  const focus = idOf(raw.focus);
  if (focus !== undefined) params.focus = focus;
  if (typeof raw.finding === 'string' && parseFinding(raw.finding) !== undefined) params.finding = raw.finding;
  if (raw.panel === 'closed') params.panel = 'closed';
  if (typeof raw.zoom === 'string' && parseZoom(raw.zoom) !== undefined) params.zoom = raw.zoom;
  for (const name of ['fold', 'unfold', 'ungroup'] as const) {
    const keys = parseIds(raw[name]);
    if (keys.length > 0) params[name] = keys.join(',');
  }
  if (typeof raw.levels === 'string' && /^[1-9]\d{0,5}$/.test(raw.levels)) params.levels = raw.levels;
  const services = textsOf(raw.foldService);
  if (services.length > 0) params.foldService = services;
  if (raw.alike === 'off') params.alike = 'off';
  if (typeof raw.q === 'string' && raw.q.trim() !== '') params.q = raw.q;
  if (raw.only === 'critical' || raw.only === 'matches') params.only = raw.only;
  const tab = traceTabs.find((one) => one === raw.tab);
  if (tab !== undefined && tab !== 'waterfall') params.tab = tab;
  const sort = typeof raw.sort === 'string' ? parseSort(raw.sort) : undefined;
  if (sort !== undefined) params.sort = formatSort(sort);
  const path = idOf(raw.path);
  if (path !== undefined) params.path = path;
  if (raw.as === 'table') params.as = 'table';
  if (raw.clocks === 'corrected') params.clocks = 'corrected';
  const format = jsonFormats.find((one) => one === raw.format);
  if (format !== undefined && format !== 'spanwise') params.format = format;
  return params;
}

/** `from~to` in microseconds to nanoseconds. */
export function parseZoom(text: string): { from: number; to: number } | undefined {
  const match = /^(\d+(?:\.\d+)?)~(\d+(?:\.\d+)?)$/.exec(text);
  if (match === null) return undefined;
  const [from, to] = [Number(match[1]) * 1000, Number(match[2]) * 1000];
  return to > from ? { from, to } : undefined;
}

export function formatZoom(window: { readonly from: number; readonly to: number }): string {
  const micros = (nanos: number): string => String(Number((Math.max(0, nanos) / 1000).toFixed(3)));
  return `${micros(window.from)}~${micros(window.to)}`;
}

/** `n-plus-one~00f067aa0ba902b7`: a kind of finding, and a span key. */
export function parseFinding(text: string): { kind: string; subject: string } | undefined {
  const [, kind, subject] = /^([a-z-]{3,30})~(.+)$/.exec(text) ?? [];
  return kind === undefined || subject === undefined || !isSpanKey(subject) ? undefined : { kind, subject };
}

/** Span keys separated by commas. */
export function parseIds(value: unknown): string[] {
  if (typeof value !== 'string') return [];
  return value.split(',').filter(isSpanKey);
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'string' && isSpanKey(value) ? value : undefined;
}

function textsOf(value: unknown): string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one) => typeof one === 'string');
}
