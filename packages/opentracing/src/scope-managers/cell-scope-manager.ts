import { ChainScopeManager, ScopeLink } from './chain-scope-manager.ts';

/**
 * What scope managers share whose primitive can give a new context to a function, and cannot change the one that runs.
 * There a context holds a cell: a link that never has a scope, so that the chain passes over it to the one below.
 * `activate` and `close` change what is below the cell; all that runs in the context sees that.
 */
export abstract class CellScopeManager extends ChainScopeManager {
  /** The cell of all that runs in no context of this manager. */
  private readonly outside: ScopeLink = new ScopeLink(undefined);

  protected override link(): ScopeLink {
    return this.cell() ?? this.outside;
  }

  protected override setLink(link: ScopeLink | undefined): void {
    this.link().previous = link;
  }

  protected override runWith<A, R>(link: ScopeLink | undefined, fn: (argument: A) => R, argument: A): R {
    return this.runInCell(new ScopeLink(link), fn, argument);
  }

  /** The cell of this context. */
  protected abstract cell(): ScopeLink | undefined;

  /** Calls `fn(argument)` in a context that holds `cell`. */
  protected abstract runInCell<A, R>(cell: ScopeLink, fn: (argument: A) => R, argument: A): R;
}
