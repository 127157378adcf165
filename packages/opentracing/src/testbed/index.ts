// The testbed of scope managers: known ways to use spans in concurrent code, run over a manager. Needs no test framework,
// and no Node but for the scenarios that say so.
export { BareScopeManager, type Primitive } from './bare-scope-manager.ts';
export { Bench } from './bench.ts';
export { because, type Kit, type Rig } from './kit.ts';
export { type CellOptions, type Outcome, type Result, runCell, runCells } from './run-testbed.ts';
export type { Scenario } from './scenario.ts';
export { scenarios } from './scenarios/index.ts';
export { type Steps, within, type Work } from './steps.ts';
export { type Counts, countsOf, markdownTable, textTable } from './table.ts';
export { asyncFunctionTasks, callbacksAsTasks, inContextsOfTheirOwn, promiseChainTasks, type Tasks } from './tasks.ts';
export { runTestbed, type TestbedOptions } from './testbed-of-manager.ts';
