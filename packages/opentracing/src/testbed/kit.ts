import type { ScopeManager } from '../contract.ts';
import type { Tasks } from './tasks.ts';

/** A manager and the tasks it follows. */
export interface Rig {
  /** The manager under test. */
  readonly manager: ScopeManager;
  /** How work is started where the manager follows it. */
  readonly tasks: Tasks;
}

/** A column of the table: one scope manager, in its own world. */
export interface Kit {
  /** The title of its column. */
  readonly name: string;
  /** Makes a fresh manager, once a scenario. */
  readonly rig: () => Rig;
  /**
   * The same with the least that can be put on the primitive which the manager is made of. What is declared impossible
   * must fail with it too, and for what is expected: an exception or a hang proves nothing. Its manager is a
   * `BareScopeManager`.
   */
  readonly bare?: () => Rig;
  /** The scenarios that cannot work here, by name, each with the reason. */
  readonly impossible?: Readonly<Record<string, string>>;
  /** The primitive is the call stack: only what leaves its call stack may be declared impossible. */
  readonly isCallStack?: boolean;
}

/** Several scenarios that are impossible for one reason. */
export function because(reason: string, ...scenarios: string[]): Record<string, string> {
  return Object.fromEntries(scenarios.map((scenario) => [scenario, reason]));
}
