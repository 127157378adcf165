import { AsyncLocalStorage } from 'node:async_hooks';

import type { Span } from '../../contract.ts';
import {
  type AsyncContextNamespace,
  AsyncContextScopeManager,
  type AsyncContextVariable,
} from '../../scope-managers/async-context.ts';
import { BareScopeManager, type Primitive } from '../bare-scope-manager.ts';
import { because, type Kit, type Rig } from '../kit.ts';
import { asyncFunctionTasks, inContextsOfTheirOwn } from '../tasks.ts';

/** The proposal's `AsyncContext`, as far as it is used, where the runtime has none: no way to change what runs. */
const substitute: AsyncContextNamespace = {
  Variable: class<T> implements AsyncContextVariable<T> {
    private readonly storage = new AsyncLocalStorage<T>();

    run<A extends unknown[], R>(value: T, fn: (...args: A) => R, ...args: A): R {
      return this.storage.run(value, fn, ...args);
    }

    get(): T | undefined {
      return this.storage.getStore();
    }
  },
};

/** That of the platform, or its substitute. */
export const AsyncContext: AsyncContextNamespace =
  (globalThis as { AsyncContext?: AsyncContextNamespace }).AsyncContext ?? substitute;

interface Cell {
  span: Span | undefined;
}

/** The variable holds a cell, because its value cannot be replaced. */
function variable(): Primitive {
  const outside: Cell = { span: undefined };
  const variable = new AsyncContext.Variable<Cell>();
  return {
    get: () => (variable.get() ?? outside).span,
    set: (span) => {
      (variable.get() ?? outside).span = span;
    },
    run: (span, fn) => variable.run({ span }, fn),
  };
}

function rig(manager: Rig['manager']): Rig {
  return { manager, tasks: inContextsOfTheirOwn(manager, asyncFunctionTasks) };
}

/** {@link AsyncContextScopeManager}, with tasks as async functions, each in a context of its own. */
export const asyncContextKit: Kit = {
  name: 'async-context',
  rig: () => rig(new AsyncContextScopeManager({ AsyncContext })),
  bare: () => rig(new BareScopeManager(variable())),
  impossible: because(
    'AsyncContext cannot change the context of an async function that runs: two that are called in one context share it',
    'using: await',
  ),
};
