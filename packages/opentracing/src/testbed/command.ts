import { parseArgs } from 'node:util';

import { type Column, columns as allColumns, MissingLibrary } from './columns.ts';
import { type Result, runCells } from './run-testbed.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';
import { markdownTable, textTable } from './table.ts';

/** What the command needs of its process. */
export interface CommandHost {
  write(text: string): void;
  /** Runs the command with other arguments in a process of its own, and gives what it wrote. */
  runElsewhere(args: readonly string[]): Promise<string>;
  /** Default: all of the package's. */
  readonly columns?: readonly Column[];
}

const help = `Runs the testbed: known ways to use spans in concurrent code, with every scope manager of the package.

  npm run testbed -- [options]                                                   in the repository
  node node_modules/@spanwise/opentracing/lib/testbed/main.js [options]          where the package is installed

  --manager NAME   only this one; may be repeated: ${allColumns.map(({ name }) => name).join(', ')}
  --scenario NAME  only this one, or those that begin so; may be repeated
  --markdown       a table in Markdown
  --json           the results as JSON
  --help           this text

Exit status: 0 when every cell passed or is impossible (which is tried, and must fail with the bare primitive too),
1 when one failed, or the library of a manager that was named is not installed, 2 for wrong arguments. The column of a
library that is not installed is absent otherwise. For a manager of your own use runTestbed of @spanwise/opentracing/testbed.
`;

/** @returns the exit status */
export async function runCommand(args: readonly string[], host: CommandHost): Promise<number> {
  const parsed = parsedOrMessage(args, host.columns ?? allColumns);
  if (typeof parsed === 'string') {
    host.write(`testbed: ${parsed}; see --help\n`);
    return 2;
  }
  if (parsed.help) {
    host.write(help);
    return 0;
  }
  const results: Result[] = [];
  for (const column of parsed.columns) {
    const isAlone = parsed.columns.length === 1;
    results.push(
      ...(column.changesGlobals && !isAlone ? await elsewhere(column, parsed, host) : await here(column, parsed)),
    );
  }
  host.write(`${printed(results, parsed)}\n`);
  if (results.some(({ outcome }) => outcome === 'failed')) return 1;
  return parsed.areNamed && missing(results, parsed.columns) ? 1 : 0;
}

/** Whether a column has nothing but absent scenarios: on Node, all of which can be run, its library is not there. */
function missing(results: readonly Result[], columns: readonly Column[]): boolean {
  return columns.some(({ name }) => results.every(({ manager, outcome }) => manager !== name || outcome === 'absent'));
}

interface Wanted {
  readonly help: boolean;
  readonly markdown: boolean;
  readonly json: boolean;
  readonly columns: readonly Column[];
  /** Whether the columns were asked for by name. */
  readonly areNamed: boolean;
  readonly scenarios: readonly Scenario[];
}

/** What is wanted, or what is wrong with the arguments. */
function parsedOrMessage(args: readonly string[], columns: readonly Column[]): Wanted | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        manager: { type: 'string', multiple: true, default: [] },
        scenario: { type: 'string', multiple: true, default: [] },
        markdown: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return {
      ...values,
      areNamed: values.manager.length > 0,
      columns: chosen(columns, values.manager, 'manager', (name, wanted) => name === wanted),
      scenarios: chosen(scenarios, values.scenario, 'scenario', (name, wanted) => name.startsWith(wanted)),
    };
  } catch (error) {
    return (error as Error).message;
  }
}

function chosen<T extends { name: string }>(
  all: readonly T[],
  names: readonly string[],
  what: string,
  fits: (name: string, wanted: string) => boolean,
): readonly T[] {
  const unknown = names.find((wanted) => !all.some(({ name }) => fits(name, wanted)));
  if (unknown !== undefined) {
    throw new Error(`no ${what} is called "${unknown}"; there are ${all.map(({ name }) => name).join(', ')}`);
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.some((wanted) => fits(name, wanted)));
}

async function here(column: Column, wanted: Wanted): Promise<Result[]> {
  try {
    const kit = await column.load();
    const results: Result[] = [];
    for await (const result of runCells([kit], wanted.scenarios)) results.push(result);
    return results;
  } catch (error) {
    if (!(error instanceof MissingLibrary)) throw error;
    const { name: manager } = column;
    return wanted.scenarios.map(({ name: scenario }) => ({
      manager,
      scenario,
      outcome: 'absent',
      reason: error.message,
    }));
  }
}

async function elsewhere(column: Column, wanted: Wanted, host: CommandHost): Promise<Result[]> {
  const names = wanted.scenarios.flatMap(({ name }) => ['--scenario', name]);
  const results = JSON.parse(await host.runElsewhere(['--manager', column.name, '--json', ...names])) as Result[];
  // A name may be the beginning of another one.
  return results.filter(({ scenario }) => wanted.scenarios.some(({ name }) => name === scenario));
}

function printed(results: readonly Result[], { json, markdown }: Wanted): string {
  if (json) return JSON.stringify(results, null, 2);
  return markdown ? markdownTable(results) : textTable(results);
}
