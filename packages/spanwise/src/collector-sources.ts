import { settings } from '@spanwise/collector';
import type { ConfigSource } from '@spanwise/collector';

import { readConfigFile } from './config-file.ts';

/**
 * Where the collector's settings come from, the first that has one wins: flags, variables, the file.
 *
 * @throws {UsageError} when there is a file and it cannot be read.
 */
export function collectorSources(
  flags: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
  file: string | undefined,
): ConfigSource[] {
  const variables = settings.map(({ key, variable }) => [key, given(environment[variable])] as const);
  return [
    { place: ({ flag }) => flag, values: flags },
    { place: ({ variable }) => variable, values: Object.fromEntries(variables) },
    ...configFiles(file, given(environment['SPANWISE_CONFIG'])),
  ];
}

/** The flag's file counts before the variable's. */
function configFiles(byFlag: string | undefined, byVariable: string | undefined): ConfigSource[] {
  if (byFlag !== undefined) return [readConfigFile(byFlag, '--config')];
  return byVariable === undefined ? [] : [readConfigFile(byVariable, 'SPANWISE_CONFIG')];
}

/** A variable that is set to nothing counts as not set. */
function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
