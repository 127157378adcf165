import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { consoleLogger } from '../logger.ts';
import type { Timers } from '../timers.ts';
import { systemTimers } from '../timers.ts';
import { invalidOption } from './invalid-option.ts';

/* Parts that users may give as options. Each check gives the part, or the process's own, and throws a `TypeError` for what is none. */

/** `value`, if it has all these methods. */
export function withMethods<Type>(option: string, value: Type, methods: readonly string[], rule: string): Type {
  const members = value as Readonly<Record<string, unknown>> | null | undefined;
  if (methods.every((method) => typeof members?.[method] === 'function')) return value;
  throw invalidOption(option, value, rule);
}

/** A clock of which only the monotonic reading is asked. */
export function monotonicClock(option: string, given: Clock | undefined): Clock {
  return withMethods(option, given ?? systemClock, ['monotonicMillis'], 'must have monotonicMillis()');
}

export function timersOf(option: string, given: Timers | undefined): Timers {
  const rule = 'must have monotonicMillis(), wallMillis() and schedule(delayMillis, run)';
  return withMethods(option, given ?? systemTimers, ['monotonicMillis', 'wallMillis', 'schedule'], rule);
}

export function loggerOf(option: string, given: Logger | undefined): Logger {
  return withMethods(option, given ?? consoleLogger, ['warn'], 'must have a warn(message) method, like console');
}

export function randomOf(option: string, given: (() => number) | undefined): () => number {
  const random = given ?? Math.random;
  if (typeof random === 'function') return random;
  throw invalidOption(option, random, 'must be a function that gives numbers from 0 to below 1, like Math.random');
}
