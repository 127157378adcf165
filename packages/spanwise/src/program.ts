import { settings } from '@spanwise/collector';
import type { Setting } from '@spanwise/collector';
import { Command, Option } from 'commander';

import { collectorSources } from './collector-sources.ts';
import { topCommand, traceCommand, tracesCommand } from './inspect/commands.ts';
import { misspeltVariables } from './misspelt-variables.ts';
import { runCollector } from './run-collector.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';

const examples = `
Examples:
  spanwise                                  collector and page on http://127.0.0.1:9411
  spanwise --port-main 9500 --data-dir ./spans
  spanwise --port-otlp-http off             take Zipkin's format only
  spanwise --retention-age 36h --retention-bytes 2GB
  spanwise traces --service gateway         what a running collector has; also: spanwise trace ID, spanwise top
  spanwise --config spanwise.yaml           settings by the names of their flags: portMain: 9500
  SPANWISE_PORT_MAIN=9500 spanwise          every setting is a variable too; flags count before
                                            variables, variables before the file

Status: 0 done, 1 failed, 2 wrong usage or configuration.
`;

/** The command line. Errors are thrown, never printed here; `run` does that. */
export function createProgram(): Command {
  const program = new Command('spanwise')
    .description('Receives spans, keeps them, and shows where the time went: collector and page in one process.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .addHelpText('after', examples);
  addCollector(program);
  // The same by name; a default command of commander's would hide its options from `spanwise --help`.
  addCollector(
    program.command('collector').description('collector and page, as without a command').addHelpText('after', examples),
  );
  for (const command of [tracesCommand(), traceCommand(), topCommand()]) {
    program.addCommand(command.exitOverride().configureOutput({ outputError: () => undefined }));
  }
  program.helpCommand(false);
  return program;
}

function addCollector(command: Command): void {
  command.addOption(new Option('--config <FILE>', 'settings in YAML or JSON (SPANWISE_CONFIG)'));
  for (const setting of settings) command.addOption(optionOf(setting));
  command.usage('[options]').allowExcessArguments(true);
  command.action(async () => {
    const [unknown] = command.args;
    if (unknown !== undefined) throw new UsageError(`there is no command "${unknown}"; see spanwise --help`);
    // A flag before the command's name counts too; one after it is the later one.
    const { config: file, ...flags }: Record<string, unknown> & { config?: string } = {
      ...command.parent?.opts(),
      ...command.opts(),
    };
    for (const sentence of misspeltVariables(process.env)) console.error(`spanwise: ${sentence}`);
    await runCollector(collectorSources(flags, process.env, file));
  });
}

function optionOf({ flag, placeholder, description, fallback, variable }: Setting): Option {
  const standard = fallback === '' ? '' : `default ${fallback}, `;
  return new Option(`${flag} <${placeholder}>`, `${description} (${standard}${variable})`);
}
