import type { Scope as ScopeContract, ScopeManager, Span } from './contract.ts';

/** The base of all scopes. This one holds its span and closes without effect on which span is active. */
export class Scope implements ScopeContract {
  readonly span: Span;
  readonly manager: ScopeManager;

  constructor(manager: ScopeManager, span: Span) {
    this.manager = manager;
    this.span = span;
  }

  close(): void {}

  [Symbol.dispose](): void {
    this.close();
  }
}
