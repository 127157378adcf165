/**
 * How many classes an object is an instance of, `Object` not counted, whatever the realm: 0 for what a literal gives, 1 for
 * a plain promise, 2 for an instance of a subclass of it.
 */
export function classDepth(value: object | null): number {
  let depth = -2;
  for (let above = value; above; above = Object.getPrototypeOf(above) as object | null) depth++;
  return depth;
}
