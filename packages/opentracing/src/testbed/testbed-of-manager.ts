import type { ScopeManager } from '../contract.ts';
import type { Kit, Rig } from './kit.ts';
import { type CellOptions, type Result, runCells } from './run-testbed.ts';
import type { Scenario } from './scenario.ts';
import { scenarios as allScenarios } from './scenarios/index.ts';
import { asyncFunctionTasks, type Tasks } from './tasks.ts';

/** A scope manager of your own, for {@link runTestbed}. */
export interface TestbedOptions<M extends ScopeManager = ScopeManager> extends CellOptions {
  /** Heads the column. */
  name: string;
  /** Makes a fresh manager, once a scenario. */
  createManager: () => M;
  /** How concurrent work runs with it; by default as `async` functions, started where they inherit. */
  tasks?: (manager: M) => Tasks;
  /** What the manager is made of, in a `BareScopeManager`, and its tasks. For what is declared impossible. */
  bare?: () => Rig;
  /** Scenarios that cannot work, by name, each with the reason. They have to fail, and with `bare` too. */
  impossible?: Readonly<Record<string, string>>;
  /** Default: all. */
  scenarios?: readonly Scenario[];
}

/**
 * Runs the testbed over a scope manager. Takes a second or less.
 *
 * ```ts
 * const results = await runTestbed({ name: 'mine', createManager: () => new MyScopeManager() });
 * console.log(textTable(results));
 * assert(results.every(({ outcome }) => outcome !== 'failed'));
 * ```
 *
 * @throws Error when a scenario is declared impossible that there is not, or without a reason
 */
export async function runTestbed<M extends ScopeManager>(options: TestbedOptions<M>): Promise<Result[]> {
  const { name, createManager, tasks = () => asyncFunctionTasks, bare, impossible, scenarios = allScenarios } = options;
  requireKnown(Object.keys(impossible ?? {}));
  requireReasons(impossible ?? {});
  const kit: Kit = {
    name,
    rig: () => {
      const manager = createManager();
      return { manager, tasks: tasks(manager) };
    },
    ...(bare && { bare }),
    ...(impossible && { impossible }),
  };
  const results: Result[] = [];
  for await (const result of runCells([kit], scenarios, options)) results.push(result);
  return results;
}

function requireKnown(names: readonly string[]): void {
  const unknown = names.find((name) => !allScenarios.some((scenario) => scenario.name === name));
  if (unknown === undefined) return;
  throw new Error(
    `runTestbed: there is no scenario "${unknown}" to be impossible; ` +
      `there are ${allScenarios.map(({ name }) => name).join(', ')}`,
  );
}

function requireReasons(impossible: Readonly<Record<string, string>>): void {
  for (const [name, reason] of Object.entries(impossible)) {
    if (typeof reason === 'string' && reason.trim() !== '') continue;
    throw new Error(`runTestbed: say why "${name}" is impossible; the reason was ${JSON.stringify(reason)}`);
  }
}
