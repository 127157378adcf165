import { parseArgs } from 'node:util';

import { type Column, columns } from './columns.ts';
import { type Result, runCells } from './run-testbed.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';
import { markdownTable, textTable } from './table.ts';

/** What the command needs of its process. */
export interface CommandHost {
  write(text: string): void;
  /** Runs the command with other arguments in a process of its own, and gives what it wrote. */
  runElsewhere(args: readonly string[]): Promise<string>;
}

const help = `Runs the testbed: known ways to use spans in concurrent code, with every scope manager.

  npm run testbed -- [options]

  --manager NAME   only this one; may be repeated: ${columns.map(({ name }) => name).join(', ')}
  --scenario NAME  only this one, or those that begin so; may be repeated
  --markdown       a table in Markdown
  --json           the results as JSON
  --help           this text

Exit status: 0 when every cell passed or is impossible (which is tried, and must fail with the bare primitive too),
1 when one failed, 2 for wrong arguments.
`;

/** @returns the exit status */
export async function runCommand(args: readonly string[], host: CommandHost): Promise<number> {
  const parsed = parsedOrMessage(args);
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
  return results.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

interface Wanted {
  readonly help: boolean;
  readonly markdown: boolean;
  readonly json: boolean;
  readonly columns: readonly Column[];
  readonly scenarios: readonly Scenario[];
}

/** What is wanted, or what is wrong with the arguments. */
function parsedOrMessage(args: readonly string[]): Wanted | string {
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
  const results: Result[] = [];
  for await (const result of runCells([await column.load()], wanted.scenarios)) results.push(result);
  return results;
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
