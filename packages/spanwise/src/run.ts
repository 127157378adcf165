import { CollectorStartError, ConfigError } from '@spanwise/collector';
import { CommanderError } from 'commander';

import { QueryError } from './inspect/collector-query.ts';
import { createProgram } from './program.ts';
import { UsageError } from './usage-error.ts';

/**
 * Runs the command and returns its status: 0 done, 1 failed, 2 wrong usage or configuration. What went wrong is printed
 * to standard error, each line with the value that was given and the fix.
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    // Help and version come as errors too, with status 0.
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    console.error(textOf(error));
    return isWrongUsage(error) ? 2 : 1;
  }
}

function isWrongUsage(error: unknown): boolean {
  return error instanceof CommanderError || error instanceof ConfigError || error instanceof UsageError;
}

/** What people are told; only what nobody foresaw comes with its stack. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return `spanwise: ${String(error)}`;
  const isForeseen =
    isWrongUsage(error) ||
    error instanceof CollectorStartError ||
    error instanceof QueryError ||
    error.name === 'StorageFailedError';
  const text = isForeseen ? error.message.replace(/^error: /, '') : (error.stack ?? error.message);
  return text
    .split('\n')
    .map((line) => (isForeseen ? `spanwise: ${line}` : line))
    .join('\n');
}
