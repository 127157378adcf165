import { ConfigError } from './config-error.ts';
import type { ConfigProblem } from './config-error.ts';
import { ports } from './ports.ts';
import type { PortKey } from './ports.ts';
import { settings } from './settings.ts';
import type { Setting, SettingValues } from './settings.ts';

/** The collector's configuration, parsed. */
export interface CollectorConfig {
  /** A loopback address or `localhost`. */
  readonly host: string;
  /** `undefined` when off; 0 for any free port. */
  readonly portMain: number | undefined;
  readonly portOtlpHttp: number | undefined;
  readonly portOtlpGrpc: number | undefined;
  readonly portJaegerHttp: number | undefined;
  readonly portJaegerCompact: number | undefined;
  readonly portJaegerBinary: number | undefined;
  /**
   * Ports that nobody named, so that they are the defaults. Where such a one is in use the collector goes on without it,
   * unless it is the main one or that of OTLP over HTTP.
   */
  readonly unnamedPorts: readonly PortKey[];
  /** Absolute path. */
  readonly dataDir: string;
  /** `undefined` for no limit. */
  readonly retentionAgeMillis: number | undefined;
  readonly retentionBytes: number | undefined;
  /** As browsers write them in `Origin`; `*` for all. */
  readonly allowedOrigins: readonly string[];
  /** Of one request body, decompressed. */
  readonly bodyLimitBytes: number;
  readonly bodyTimeoutMillis: number;
}

/** Settings as people write them: text as on the command line, or numbers where there is no unit. Absent: the default. */
export interface CollectorOptions {
  readonly host?: string | undefined;
  readonly portMain?: number | string | undefined;
  readonly portOtlpHttp?: number | string | undefined;
  readonly portOtlpGrpc?: number | string | undefined;
  readonly portJaegerHttp?: number | string | undefined;
  readonly portJaegerCompact?: number | string | undefined;
  readonly portJaegerBinary?: number | string | undefined;
  readonly dataDir?: string | undefined;
  readonly retentionAge?: string | undefined;
  readonly retentionBytes?: number | string | undefined;
  readonly allowedOrigins?: string | readonly string[] | undefined;
  readonly bodyLimit?: number | string | undefined;
  readonly bodyTimeout?: string | undefined;
}

/** One place that settings come from. */
export interface ConfigSource {
  /** How an error names the place of a setting, such as `--port-main` or `portMain in spanwise.yaml`. */
  readonly place: (setting: Setting) => string;
  /** Raw values by key; `undefined` and `null` count as absent, an empty text does not. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Makes a configuration from several sources, the first one that has a setting wins, and defaults for the rest.
 *
 * @throws {ConfigError} that lists every wrong value and unknown key, with the fix.
 */
export function resolveConfig(sources: readonly ConfigSource[]): CollectorConfig {
  const problems: ConfigProblem[] = [];
  const values = {} as Record<keyof SettingValues, unknown>;
  for (const source of sources) problems.push(...unknownKeys(source));
  for (const setting of settings) {
    const source = sources.find((candidate) => isGiven(candidate.values[setting.key]));
    try {
      values[setting.key] = setting.parse(source?.values[setting.key]);
    } catch (error) {
      problems.push(wrongValue(setting, source, (error as Error).message));
    }
  }
  if (problems.length === 0) problems.push(...contradictions(values as SettingValues));
  if (problems.length > 0) throw new ConfigError(problems);
  const unnamedPorts = ports
    .map(({ key }) => key)
    .filter((key) => !sources.some((source) => isGiven(source.values[key])));
  return toConfig(values as SettingValues, unnamedPorts);
}

/**
 * An empty text is a value: `--allowed-origins ''` lists none, whatever the file says. Whoever reads variables leaves
 * out those that are set to nothing, as the OpenTelemetry specification has it for its own.
 */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function toConfig(values: SettingValues, unnamedPorts: readonly PortKey[]): CollectorConfig {
  const { retentionAge, bodyLimit, bodyTimeout, ...same } = values;
  return {
    ...same,
    unnamedPorts,
    retentionAgeMillis: retentionAge,
    bodyLimitBytes: bodyLimit,
    bodyTimeoutMillis: bodyTimeout,
  };
}

function wrongValue(setting: Setting, source: ConfigSource | undefined, fix: string): ConfigProblem {
  const value = source?.values[setting.key];
  const shown = typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? 'nothing');
  return { key: setting.key, message: `${source?.place(setting) ?? setting.flag}: ${shown} does not do; ${fix}` };
}

function unknownKeys(source: ConfigSource): ConfigProblem[] {
  const known = new Set<string>(settings.map(({ key }) => key));
  return Object.keys(source.values)
    .filter((key) => !known.has(key))
    .map((key) => {
      const place = source.place({ ...settings[0]!, key: key as Setting['key'], flag: key, variable: key });
      return { key, message: `${place}: there is no setting "${key}"; there are ${[...known].join(', ')}` };
    });
}

function contradictions(values: SettingValues): ConfigProblem[] {
  const flags = ports.map(({ name }) => `--port-${name}`);
  if (ports.every(({ key }) => values[key] === undefined)) {
    const message = `${inWords(flags)} are all off, so there is nothing to serve; give one of them a port`;
    return [{ key: 'portMain', message }];
  }
  return ports.flatMap(({ name, key, transport }, at) => {
    const other = ports
      .slice(0, at)
      .find((earlier) => earlier.transport === transport && values[earlier.key] === values[key]);
    if (other === undefined || values[key] === undefined || values[key] === 0) return [];
    const message = `--port-${other.name} and --port-${name} are both ${values[key]}; give each a port of its own`;
    return [{ key, message }];
  });
}

function inWords(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
