/**
 * A constructor that ES5 subclasses can call without `new` (`Parent.call(this)`), as compilers of older days do.
 *
 * The function takes over the prototype and the statics of the class. Inside the package construct the class
 * itself: it is several times faster.
 *
 * @param initialise does the constructor's work on `this`; it must not rely on `#private` fields
 */
// oxlint-disable-next-line typescript/no-explicit-any -- `unknown` excludes constructors that take arguments
export function callable<C extends new (...args: any[]) => object>(
  name: string,
  Class: C,
  initialise: (this: InstanceType<C>, ...args: ConstructorParameters<C>) => void,
): C {
  Object.setPrototypeOf(initialise, Class);
  Object.defineProperty(initialise, 'name', { value: name, configurable: true });
  Object.defineProperty(initialise, 'prototype', { value: Class.prototype, writable: false });
  // As in npm's ES5 classes, whose methods people copy by `Object.assign` and list by `for … in`.
  for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(Class.prototype))) {
    if (key !== 'constructor' && typeof value === 'function')
      Object.defineProperty(Class.prototype, key, { enumerable: true });
  }
  Object.defineProperty(Class.prototype, 'constructor', { value: initialise, writable: true, configurable: true });
  return initialise as unknown as C;
}
