/** Whether a value may be a span or a context. Callers without types name as parents what is text or a number. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
