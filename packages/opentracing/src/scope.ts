import type { Scope as ScopeContract, ScopeManager, Span } from './contract.ts';

/** The base of all scopes. This one holds its span and closes without effect on which span is active. */
export class Scope implements ScopeContract {
  readonly span: Span;
  readonly manager: ScopeManager;

  /**
   * @param manager the manager that opens it
   * @param span what it makes active
   */
  constructor(manager: ScopeManager, span: Span) {
    this.manager = manager;
    this.span = span;
  }

  /** Nothing here. Managers override it. */
  close(): void {}

  /** The same as {@link Scope.close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}
