/**
 * What is made, or `undefined` when that throws: what a part of the tracer refuses is wrong in a variable too, and only that
 * part knows all of its limits.
 */
export function accepted<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
