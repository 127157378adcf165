import type { AnyFunction } from './bound-function.ts';
import { onRejection } from './on-rejection.ts';

/** What the application's function makes of one call. A mistake of it costs the options (`undefined`), never the call. */
export function optionsFrom(make: AnyFunction, self: unknown, args: unknown[]): unknown {
  try {
    const options: unknown = Reflect.apply(make, self, args);
    onRejection(options, () => {});
    return options;
  } catch {
    return undefined;
  }
}
