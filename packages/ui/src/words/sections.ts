import type { FindingsWords } from './en/findings.ts';
import type { FirstSpanWords } from './en/first-span.ts';
import type { FoldingWords } from './en/folding.ts';
import type { JsonWords } from './en/json.ts';
import type { LargeTraceWords } from './en/large-trace.ts';
import type { ListWords } from './en/list.ts';
import type { MapWords } from './en/map.ts';
import type { NotHereWords } from './en/not-here.ts';
import type { PanelWords } from './en/panel.ts';
import type { PathsWords } from './en/paths.ts';
import type { SearchWords } from './en/search.ts';
import type { ServicesWords } from './en/services.ts';
import type { TraceWords } from './en/trace.ts';
import type { TraceKeyWords } from './en/trace-keys.ts';
import type { WarningWords } from './en/warnings.ts';

/**
 * The words of parts whose code comes when they are first shown. Their English comes with that code, so that it is no
 * part of the first load; another language is loaded as a whole.
 */
export interface Sections {
  readonly findings: FindingsWords;
  readonly firstSpan: FirstSpanWords;
  readonly folding: FoldingWords;
  readonly json: JsonWords;
  readonly largeTrace: LargeTraceWords;
  readonly list: ListWords;
  readonly map: MapWords;
  readonly notHere: NotHereWords;
  readonly panel: PanelWords;
  readonly paths: PathsWords;
  readonly search: SearchWords;
  readonly services: ServicesWords;
  readonly trace: TraceWords;
  readonly traceKeys: TraceKeyWords;
  readonly warnings: WarningWords;
}
