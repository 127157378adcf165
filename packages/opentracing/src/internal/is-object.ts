/** Whether a value is no primitive. Callers without types name as parents what is text or a number. */
export function isObject(value: unknown): value is object {
  return Object(value) === value;
}
