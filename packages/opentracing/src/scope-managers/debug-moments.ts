import { executionAsyncId } from 'node:async_hooks';

/** One call of an asynchronous resource: two calls of the same are two runs. Compared by identity. */
export interface Run {
  readonly asyncId: number;
}

/** A moment at which something happened. */
export interface Moment {
  /** In what it happened: the innermost run last, and before it those that have called it. Never empty. */
  readonly runs: readonly Run[];
  /** Orders moments. */
  readonly at: number;
}

/** Tells moments, while it is told of all runs. */
export class Moments {
  private runs: readonly Run[] = [];
  private count = 0;

  /** @param byItself whether nothing else can be running below it */
  begins(asyncId: number, byItself: boolean): void {
    const below = byItself ? [] : this.runs.slice(-maxDepth);
    this.runs = [...below, { asyncId }];
  }

  ends(asyncId: number): void {
    const depth = this.runs.map((run) => run.asyncId).lastIndexOf(asyncId);
    if (depth >= 0) this.runs = this.runs.slice(0, depth);
  }

  now(): Moment {
    const asyncId = executionAsyncId();
    // What ran already when this began, and what has no beginning, nobody tells of.
    if (this.runs.at(-1)?.asyncId !== asyncId) this.runs = [{ asyncId }];
    return { runs: this.runs, at: ++this.count };
  }
}

const maxDepth = 50;
