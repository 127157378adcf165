/** Whether a value is an object; functions are none here. Callers without types name as parents what is text or a number. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
