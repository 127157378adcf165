import type { ScopeManager } from '../contract.ts';

type AnyGenerator = Generator<unknown, unknown, unknown> | AsyncGenerator<unknown, unknown, unknown>;
type StepName = 'next' | 'return' | 'throw';
type StepResult = IteratorResult<unknown, unknown>;

/**
 * Whether a value is what a generator function gives, asynchronous or not. By its methods: what compilers for older
 * targets make of one has no name of its own. Other iterators cannot be thrown into.
 */
export function isGenerator(value: unknown): value is AnyGenerator {
  if (typeof value !== 'object' || value === null) return false;
  try {
    const { next, return: leave, throw: fail } = value as Partial<AnyGenerator>;
    const methods = [next, leave, fail].every((method) => typeof method === 'function');
    return methods && (Symbol.iterator in value || Symbol.asyncIterator in value);
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
    const call = (): StepResult | Promise<StepResult> => {
      try {
        return (generator[name] as (...args: [unknown?]) => StepResult | Promise<StepResult>)(...args);
      } finally {
        if (!isOver) enter = manager.snapshot();
      }
    };
    try {
      const result = enter(call);
      return 'then' in result ? result.then(settle, fail) : settle(result);
    } catch (error) {
      return fail(error);
    }
  };
  const wrapped = Object.create(Object.getPrototypeOf(generator) as object) as G;
  const define = (name: PropertyKey, value: unknown): void => {
    Object.defineProperty(wrapped, name, { value, writable: true, configurable: true });
  };
  for (const name of ['next', 'return', 'throw'] as const) define(name, (...args: [unknown?]) => step(name, args));
  for (const symbol of [Symbol.iterator, Symbol.asyncIterator]) {
    if (symbol in generator) define(symbol, () => wrapped);
  }
  return wrapped;
}
