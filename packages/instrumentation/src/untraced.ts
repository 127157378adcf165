import { UNTRACED } from '@spanwise/opentracing';

/** True when `value` is an object that carries `UNTRACED`. */
export function isUntraced(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { [UNTRACED]?: unknown })[UNTRACED] === true;
}
