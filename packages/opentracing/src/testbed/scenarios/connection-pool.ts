import type { ScopeManager } from '../../contract.ts';
import { isChildOf } from '../assertions.ts';
import type { Scenario } from '../scenario.ts';
import type { Steps } from '../steps.ts';

/** A pool of one connection, which binds the callback of who has to wait. */
class Pool {
  private readonly manager: ScopeManager;
  private readonly waiters: (() => void)[] = [];
  private isFree = true;

  constructor(manager: ScopeManager) {
    this.manager = manager;
  }

  acquire(callback: () => void): void {
    if (!this.isFree) return void this.waiters.push(this.manager.bind(callback));
    this.isFree = false;
    callback();
  }

  release(): void {
    const waiter = this.waiters.shift();
    if (waiter === undefined) this.isFree = true;
    else waiter();
  }
}

/** Who waits for a connection gets it in its own span, not in that of who gives it back. Origin: ours. */
export const connectionPool: Scenario = {
  name: 'connection_pool',
  origin: 'javascript',
  *main(bench): Steps {
    const { tracer } = bench;
    const pool = new Pool(bench.manager);
    const query = (name: string, over: () => void): void => {
      tracer.withActiveSpan(name, () => {
        pool.acquire(() => {
          bench.mark(`query of ${name}`);
          over();
        });
      });
    };
    const release = (): void => pool.release();
    query('first', () => {});
    query('second', () => void bench.later(release));
    tracer.withActiveSpan('releasing', release);
    yield bench.idle();
    const [queryOfFirst, first, second, queryOfSecond] = bench.finished(
      ...(['query of first', 'first', 'second', 'query of second', 'releasing'] as const),
    );
    isChildOf(queryOfFirst, first);
    isChildOf(queryOfSecond, second);
  },
};
