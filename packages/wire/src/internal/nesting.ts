/**
 * How deep lists and maps may nest in one value, the value itself being level 1. Decoders refuse more, so that hostile
 * bodies cannot exhaust the stack; encoders write `tooDeep` in place of what lies below.
 */
export const maxNesting = 64;

/** Stands for a list or map below the last level. */
export const tooDeep = '[nested too deeply]';

/** Stands for a list or map that contains itself. */
export const circular = '[circular]';

/** Whether lists and maps nest more than `levels` deep in a value that `JSON.parse` made; looks no deeper than that. */
export function nestsBeyond(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => nestsBeyond(item, levels - 1));
}
