import type { ScopeManager } from '../contract.ts';
import { isObject } from './is-object.ts';

type AnyGenerator = Generator<unknown, unknown, unknown> | AsyncGenerator<unknown, unknown, unknown>;
type StepName = 'next' | 'return' | 'throw';
type StepResult = IteratorResult<unknown, unknown>;

/**
 * Whether a value is what a generator function gives, asynchronous or not. What compilers for older targets make of one
 * is told by its methods, which are its own or of a class of that name; a class of the application is no generator.
 */
export function isGenerator(value: unknown): value is AnyGenerator {
  if (!isObject(value)) return false;
  try {
    const kind = Object.prototype.toString.call(value);
    if (kind === '[object Generator]' || kind === '[object AsyncGenerator]') return true;
    if (!Object.hasOwn(value, 'next') && value.constructor.name !== 'AsyncGenerator') return false;
    return typeof (value as Partial<AnyGenerator>).throw === 'function' && Symbol.asyncIterator in value;
  } catch {
    return false;
  }
}

/**
 * The same generator, whose steps all run where `stepwise` was called: what is active between them is the consumer's
 * affair, and what a step opens stays open for the next one. In an asynchronous generator that holds for what is opened
 * before a step's first `await`.
 *
 * @param over called once, when the generator is exhausted, left or has thrown
 */
export function stepwise<G extends AnyGenerator>(
  manager: ScopeManager,
  generator: G,
  over: (error: unknown, failed: boolean) => void,
): G {
  let enter = manager.snapshot();
  let isOver = false;
  let isRunning = false;
  const end = (error?: unknown, failed = false): void => {
    if (isOver) return;
    isOver = true;
    over(error, failed);
  };
  const settle = (result: StepResult): StepResult => {
    if (result.done) end();
    return result;
  };
  const fail = (error: unknown): never => {
    end(error, true);
    throw error;
  };
  const step = (name: StepName, args: [unknown?]): StepResult | Promise<StepResult> => {
    const isNested = isRunning;
    const call = (): StepResult | Promise<StepResult> => {
      isRunning = true;
      try {
        return (generator[name] as (...args: [unknown?]) => StepResult | Promise<StepResult>)(...args);
      } finally {
        isRunning = isNested;
        if (!isOver) enter = manager.snapshot();
      }
    };
    try {
      const result = enter(call);
      return 'then' in result ? result.then(settle, fail) : settle(result);
    } catch (error) {
      // What asks itself for a step is told that it runs, and runs on.
      if (isNested) throw error;
      return fail(error);
    }
  };
  // Whatever else it has is inherited from it.
  const wrapped = Object.create(generator) as G;
  const define = (name: PropertyKey, value: unknown): void => {
    Object.defineProperty(wrapped, name, { value, writable: true, configurable: true });
  };
  for (const name of ['next', 'return', 'throw'] as const) define(name, (...args: [unknown?]) => step(name, args));
  for (const symbol of [Symbol.iterator, Symbol.asyncIterator]) {
    if (symbol in generator) define(symbol, () => wrapped);
  }
  return wrapped;
}
