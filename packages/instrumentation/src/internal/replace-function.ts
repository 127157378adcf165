/** On every function that stands in for another, in any copy of this package. */
const INSTRUMENTED = Symbol.for('spanwise.instrumented');

type AnyFunction = (...args: never[]) => unknown;

/** Takes a replacement back. */
export type Restore = () => void;

/**
 * Puts a function in place of `target[name]` that has the name, length and own properties of the original
 * (`util.promisify.custom`, say).
 *
 * @param wrap gets the original and `enabled`, which tells whether the replacement still counts: when somebody has
 *   wrapped it in the meantime it cannot be taken out, and passes everything through from then on.
 * @returns what puts the property back exactly as it was, or `undefined` when a Spanwise replacement is already there.
 */
export function replaceFunction<Name extends string, F extends AnyFunction>(
  target: { [key in Name]: F },
  name: Name,
  wrap: (original: F, enabled: () => boolean) => F,
): Restore | undefined {
  const original = target[name];
  if (typeof original !== 'function') return undefined;
  if ((original as { [INSTRUMENTED]?: unknown })[INSTRUMENTED] === true) return undefined;
  const before = Object.getOwnPropertyDescriptor(target, name);
  let enabled = true;
  const replacement = imitate(
    wrap(original, () => enabled),
    original,
  );
  Object.defineProperty(replacement, INSTRUMENTED, { value: true });
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: before?.enumerable ?? false,
    writable: true,
    value: replacement,
  });
  return () => {
    enabled = false;
    if (target[name] !== replacement) return;
    if (before === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, before);
  };
}

/** Gives `replacement` the name, length and own properties of `original`, and returns it. */
export function imitate<F extends AnyFunction>(replacement: F, original: F): F {
  const descriptors: { [key: PropertyKey]: PropertyDescriptor } = Object.getOwnPropertyDescriptors(original);
  delete descriptors['prototype'];
  delete descriptors['arguments'];
  delete descriptors['caller'];
  return Object.defineProperties(replacement, descriptors);
}
