import { homedir } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { parseAge } from './parse-age.ts';
import { parseBytes } from './parse-bytes.ts';
import { parseHost } from './parse-host.ts';
import { parseOrigins } from './parse-origins.ts';
import { parsePort } from './parse-port.ts';

/** What people see of a setting. */
export interface SettingText {
  readonly placeholder: string;
  readonly description: string;
  /** The default as it would be written, and as it is parsed. */
  readonly fallback: string;
}

/**
 * The one definition of every setting. The key in the configuration file is the name here; its flag and its variable
 * are made from it (`portMain`: `--port-main`, `SPANWISE_PORT_MAIN`).
 */
const schema = z.strictObject({
  host: setting(parseHost, {
    placeholder: 'HOST',
    description: 'loopback address to listen on',
    fallback: '127.0.0.1',
  }),
  portMain: setting(parsePort, {
    placeholder: 'PORT',
    description: 'the page, the query APIs, Zipkin ingest, /metrics and /health; 0 for any free port, or off',
    fallback: '9411',
  }),
  portOtlpHttp: setting(parsePort, {
    placeholder: 'PORT',
    description: 'OTLP over HTTP (/v1/traces); 0 for any free port, or off',
    fallback: '4318',
  }),
  portOtlpGrpc: setting(parsePort, {
    placeholder: 'PORT',
    description: 'OTLP over gRPC; 0 for any free port, or off',
    fallback: '4317',
  }),
  portJaegerHttp: setting(parsePort, {
    placeholder: 'PORT',
    description: "Jaeger's Thrift over HTTP (/api/traces); 0 for any free port, or off",
    fallback: '14268',
  }),
  portJaegerCompact: setting(parsePort, {
    placeholder: 'PORT',
    description: "Jaeger's agent by UDP, compact protocol; 0 for any free port, or off",
    fallback: '6831',
  }),
  portJaegerBinary: setting(parsePort, {
    placeholder: 'PORT',
    description: "Jaeger's agent by UDP, binary protocol; 0 for any free port, or off",
    fallback: '6832',
  }),
  dataDir: setting(parseDirectory, {
    placeholder: 'DIR',
    description: 'folder that keeps the spans',
    fallback: '$XDG_DATA_HOME/spanwise',
  }),
  retentionAge: setting(orOff(parseAge), {
    placeholder: 'AGE',
    description: 'drop spans older than this, such as 7d or 36h, or off',
    fallback: '7d',
  }),
  retentionBytes: setting(orOff(parseBytes), {
    placeholder: 'SIZE',
    description: 'drop the oldest spans beyond this size on disk, such as 10GB, or off',
    fallback: '10GB',
  }),
  allowedOrigins: setting(parseOrigins, {
    placeholder: 'ORIGINS',
    description: 'web origins whose pages may send spans, with commas between',
    fallback: '',
  }),
  bodyLimit: setting(parseBytes, {
    placeholder: 'SIZE',
    description: 'largest request body, decompressed',
    fallback: '16MB',
  }),
  bodyTimeout: setting(parseBodyTimeout, {
    placeholder: 'TIME',
    description: 'longest time that one request body may take to arrive',
    fallback: '30s',
  }),
});

/** Parsed values by key: times in milliseconds, sizes in bytes, `undefined` for what is off. */
export interface SettingValues {
  readonly host: string;
  readonly portMain: number | undefined;
  readonly portOtlpHttp: number | undefined;
  readonly portOtlpGrpc: number | undefined;
  readonly portJaegerHttp: number | undefined;
  readonly portJaegerCompact: number | undefined;
  readonly portJaegerBinary: number | undefined;
  readonly dataDir: string;
  readonly retentionAge: number | undefined;
  readonly retentionBytes: number | undefined;
  readonly allowedOrigins: readonly string[];
  readonly bodyLimit: number;
  readonly bodyTimeout: number;
}

/** A setting's names and texts, for the command's flags, help and documentation. */
export interface Setting extends SettingText {
  readonly key: keyof SettingValues;
  /** With the two dashes. */
  readonly flag: string;
  /** Name of the environment variable. */
  readonly variable: string;
  /** @throws {RangeError} with the fix as its message. `undefined` gives the default. */
  readonly parse: (value: unknown) => unknown;
}

/** Every setting of the collector, in the order that help shows them. */
export const settings: readonly Setting[] = Object.entries((schema satisfies z.ZodType<SettingValues>).shape).map(
  ([key, field]) => {
    const words = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return {
      ...(field.meta() as unknown as SettingText),
      key: key as keyof SettingValues,
      flag: `--${words}`,
      variable: `SPANWISE_${words.toUpperCase().replaceAll('-', '_')}`,
      parse: (value) => parseWith(field, value),
    };
  },
);

function parseWith(field: z.ZodType, value: unknown): unknown {
  const result = field.safeParse(value);
  if (result.success) return result.data;
  throw new RangeError(result.error.issues[0]?.message ?? 'not a value for this setting');
}

function setting<T>(parse: (value: unknown) => T, text: SettingText) {
  return z
    .unknown()
    .transform((value, context): T => {
      try {
        return parse(value ?? text.fallback);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    })
    .meta({ ...text });
}

function orOff<T>(parse: (value: unknown) => T): (value: unknown) => T | undefined {
  return (value) => (value === false || value === 'off' ? undefined : parse(value));
}

/** Timers take no more than 24 days. */
function parseBodyTimeout(value: unknown): number {
  const millis = parseAge(value);
  if (millis > 86_400_000) throw new RangeError('give at most 1d');
  return millis;
}

function parseDirectory(value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '') throw new RangeError('give the path of a folder');
  return path.resolve(value === '$XDG_DATA_HOME/spanwise' ? defaultDirectory() : value);
}

/** As the XDG base directory specification has it: relative paths in `XDG_DATA_HOME` do not count. */
function defaultDirectory(): string {
  const home = process.env['XDG_DATA_HOME'] ?? '';
  return path.join(path.isAbsolute(home) ? home : path.join(homedir(), '.local/share'), 'spanwise');
}
