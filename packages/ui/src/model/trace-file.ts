import type { TraceColumns } from '@spanwise/wire/query';

/** Where the trace stands in the file. */
export const traceElementId = 'trace';

/** The place in the template, as `trace-file.html` has it. */
const place = '<script id="trace" type="application/json"></script>';

/**
 * One HTML file of a trace, made of the template `trace-file.html` of the built page. Throws when the template has no
 * place for a trace: then it is of another version, or something else answered in its stead.
 */
export function traceFile(template: string, columns: TraceColumns, title: string): string {
  if (!template.includes(place)) throw new Error('This is not the template of a trace file');
  // `<` would end the element; JSON may write it so in strings, and has it nowhere else.
  const json = JSON.stringify(columns).replaceAll('<', '\\u003c');
  return template
    .replace(/<title>[^<]*<\/title>/, () => `<title>${escapeHtml(title)}</title>`)
    .replace(place, () => place.replace('><', () => `>${json}<`));
}

/** Reads the trace of the file that this script stands in; `undefined` when it has none. */
export function readTraceFile(text: string | null | undefined): TraceColumns | undefined {
  return text ? (JSON.parse(text) as TraceColumns) : undefined;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
