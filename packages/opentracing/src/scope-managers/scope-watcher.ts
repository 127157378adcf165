import type { Scope } from '../contract.ts';

/** Is told of all that happens to the scopes of a manager: debug mode, see `./scope-managers/debug`. What it throws is lost. */
export interface ScopeWatcher {
  /** A scope was opened, by `activate` or `run`. It is open, and not yet active where `run` opened it. */
  opened(scope: Scope): void;
  /**
   * A scope was closed, wherever. Its span is not finished yet, if closing finishes it. Called once for each scope, at
   * most.
   */
  closed(scope: Scope): void;
  /**
   * `close` came too early: it waits until `above` closes, the next that was opened after `scope` in the same context.
   * Called once for each scope, at most.
   */
  closedInWrongOrder(scope: Scope, above: Scope): void;
  /** A scope of `activate` was closed in another context than its own, where `active` is. It is closed. */
  closedElsewhere(scope: Scope, active: Scope | null): void;
}

/** How scope managers report misuse. By default it is only counted, in `ignoredCloses`. */
export interface ScopeManagerOptions {
  /** Is told, once, of every scope whose `close` came too early, and waits for that of the scope above. */
  logger?: {
    /** Takes one line. What it throws, or rejects with, is lost. */
    warn(message: string): void;
  };
  /** Debug mode: is told of everything. */
  watcher?: ScopeWatcher;
}
