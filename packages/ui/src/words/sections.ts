import type { FirstSpanWords } from './en/first-span.ts';
import type { JsonWords } from './en/json.ts';
import type { PanelWords } from './en/panel.ts';
import type { PathsWords } from './en/paths.ts';
import type { SearchWords } from './en/search.ts';

/**
 * The words of parts whose code comes when they are first shown. Their English comes with that code, so that it is no
 * part of the first load; another language is loaded as a whole.
 */
export interface Sections {
  readonly firstSpan: FirstSpanWords;
  readonly json: JsonWords;
  readonly panel: PanelWords;
  readonly paths: PathsWords;
  readonly search: SearchWords;
}
