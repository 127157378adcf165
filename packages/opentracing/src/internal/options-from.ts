import type { AnyFunction } from './bound-function.ts';
import { onRejection } from './on-rejection.ts';

/** What the application's function makes of one call. A mistake of it costs the options, never the call. */
export function optionsFrom<O extends object>(make: AnyFunction, self: unknown, args: unknown[]): O | undefined {
  try {
    const options: unknown = Reflect.apply(make, self, args);
    onRejection(options, () => {});
    return options as O | undefined;
  } catch {
    return undefined;
  }
}
