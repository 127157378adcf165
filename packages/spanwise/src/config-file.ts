import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { ConfigSource } from '@spanwise/collector';
import { parse } from 'yaml';

import { UsageError } from './usage-error.ts';

/**
 * Reads a configuration file: JSON by the name `*.json`, else YAML (version 1.2). An empty file sets nothing. `namedBy`
 * is the setting that names the file, for people who have to mend it.
 *
 * @throws {UsageError} when it cannot be read, does not parse, or is no mapping of settings.
 */
export function readConfigFile(file: string, namedBy: '--config' | 'SPANWISE_CONFIG'): ConfigSource {
  const text = readText(file, namedBy);
  const values = parseText(file, text) ?? {};
  if (typeof values !== 'object' || Array.isArray(values)) {
    throw new UsageError(`${file}: settings are written one a line, such as "portMain: 9500"`);
  }
  return { place: ({ key }) => `${key} in ${file}`, values: values as Record<string, unknown> };
}

function readText(file: string, namedBy: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${namedBy} ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function parseText(file: string, text: string): unknown {
  try {
    return path.extname(file).toLowerCase() === '.json' ? JSON.parse(text) : parse(text, { prettyErrors: true });
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message.trimEnd()}`, { cause: error });
  }
}
