import path from 'node:path';
import { parseArgs } from 'node:util';

import { defaultFaults, faults } from './faults.ts';
import type { Fault } from './faults.ts';

/** How the shop runs. */
export interface ShopSettings {
  /** End by itself after this long; `undefined` runs until Ctrl-C. */
  readonly forMillis: number | undefined;
  /** What is planted, in the order of {@link faults}. */
  readonly faults: readonly Fault[];
  readonly requestsPerSecond: number;
  /** The port of the shop's page; 0 for any free one. */
  readonly port: number;
  /** Handed to the collector as they came. */
  readonly collectorArguments: readonly string[];
}

export const help = `Usage: npm start -- [options]

Starts the collector with its page, a shop of traced processes, and a gentle load.

  --for 30s              end by itself after this long, with status 0 when everything worked; a trace must have come
  --fault NAME           plant this fault, and none that is not named; may be given again, or as NAME,NAME
                         (default ${defaultFaults.join(',')}; none plants nothing)
  --rate 4               requests per second (1–200)
  --port-shop N          port of the shop's page (default: any free one)
  --port-main N          port of the page (default 9411)
  --port-otlp-http N     port of OTLP ingest (default 4318)
  --data-dir DIR         where spans are kept (default node_modules/.cache/spanwise-shop)
  --help                 this text

Faults:
${Object.entries(faults)
  .map(([name, does]) => `  ${name.padEnd(20)} ${does}`)
  .join('\n')}

Examples:
  npm start
  npm start -- --for 30s
  npm start -- --fault none --rate 20
  npm start -- --fault long-transaction,slow-consumer
  npm start -- --port-main 9500 --port-otlp-http 4400
`;

/** Wrong usage; the message shows the value and the fix. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws {UsageError} for unknown options and values out of range. */
export function parseSettings(args: readonly string[], defaultDataDirectory: string): ShopSettings | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  // Absolute, because the collector runs in another folder.
  const collectorArguments = ['--data-dir', path.resolve(values['data-dir'] ?? defaultDataDirectory)];
  for (const name of ['port-main', 'port-otlp-http'] as const) {
    if (values[name] !== undefined) collectorArguments.push(`--${name}`, values[name]);
  }
  return {
    forMillis: values.for === undefined ? undefined : durationMillis(values.for),
    faults: values.fault === undefined ? defaultFaults : plantedFaults(values.fault),
    requestsPerSecond: rate(values.rate ?? '4'),
    port: port(values['port-shop'] ?? '0'),
    collectorArguments,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        for: { type: 'string' },
        fault: { type: 'string', multiple: true },
        rate: { type: 'string' },
        'port-shop': { type: 'string' },
        'port-main': { type: 'string' },
        'port-otlp-http': { type: 'string' },
        'data-dir': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}; see npm start -- --help`);
  }
}

function durationMillis(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const unit = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[match?.[2] ?? ''];
  const millis = Number(match?.[1]) * (unit ?? Number.NaN);
  if (!(millis > 0 && millis <= 2 ** 31 - 1)) {
    throw new UsageError(`--for was "${text}"; write a time such as 30s, 5m or 1h (at most 24 days)`);
  }
  return millis;
}

function rate(text: string): number {
  const value = Number(text);
  if (!(value >= 1 && value <= 200)) throw new UsageError(`--rate was "${text}"; write a number from 1 to 200`);
  return value;
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) {
    throw new UsageError(`--port-shop was "${text}"; write a number from 1 to 65535, or 0 for any free port`);
  }
  return value;
}

function plantedFaults(given: readonly string[]): Fault[] {
  const names = given.flatMap((text) => text.split(',')).map((name) => name.trim());
  const known = Object.keys(faults) as Fault[];
  const unknown = names.find((name) => name !== 'none' && !known.includes(name as Fault));
  if (unknown !== undefined) {
    throw new UsageError(`--fault was "${unknown}"; write one of ${known.join(', ')}, or none`);
  }
  if (names.includes('none') && names.length > 1) {
    throw new UsageError(`--fault was "${names.join(',')}"; none stands alone`);
  }
  return known.filter((name) => names.includes(name));
}
