import { homedir } from 'node:os';
import path from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { resolveConfig } from './collector-config.ts';
import type { ConfigSource } from './collector-config.ts';
import { ConfigError } from './config-error.ts';
import { ports } from './ports.ts';
import { settings } from './settings.ts';

const flags = (values: Record<string, unknown>): ConfigSource => ({ place: ({ flag }) => flag, values });
const variables = (values: Record<string, unknown>): ConfigSource => ({ place: ({ variable }) => variable, values });

function problemsOf(...sources: ConfigSource[]): string[] {
  try {
    resolveConfig(sources);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ message }) => message);
    throw error;
  }
  return [];
}

const xdgDataHome = process.env['XDG_DATA_HOME'];
afterEach(() => {
  if (xdgDataHome === undefined) delete process.env['XDG_DATA_HOME'];
  else process.env['XDG_DATA_HOME'] = xdgDataHome;
});

describe('settings', () => {
  it('have flag and variable from one name', () => {
    const names = settings.map(({ key, flag, variable }) => [key, flag, variable]);
    expect(names).toContainEqual(['portOtlpHttp', '--port-otlp-http', 'SPANWISE_PORT_OTLP_HTTP']);
    expect(names).toContainEqual(['dataDir', '--data-dir', 'SPANWISE_DATA_DIR']);
    expect(names).toContainEqual(['host', '--host', 'SPANWISE_HOST']);
  });

  it('have the documented defaults', () => {
    process.env['XDG_DATA_HOME'] = '/xdg';
    expect(resolveConfig([])).toEqual({
      host: '127.0.0.1',
      portMain: 9411,
      portOtlpHttp: 4318,
      portOtlpGrpc: 4317,
      portJaegerHttp: 14_268,
      portJaegerCompact: 6831,
      portJaegerBinary: 6832,
      unnamedPorts: ports.map(({ key }) => key),
      dataDir: '/xdg/spanwise',
      retentionAgeMillis: 604_800_000,
      retentionBytes: 10_000_000_000,
      allowedOrigins: [],
      bodyLimitBytes: 16_000_000,
      bodyTimeoutMillis: 30_000,
    });
  });

  it.each([undefined, '', 'relative'])('keep data in the home folder when XDG_DATA_HOME is %j', (value) => {
    if (value === undefined) delete process.env['XDG_DATA_HOME'];
    else process.env['XDG_DATA_HOME'] = value;
    expect(resolveConfig([]).dataDir).toBe(path.join(homedir(), '.local/share/spanwise'));
  });
});

describe('resolving', () => {
  it('takes each setting from the first source that has it', () => {
    const config = resolveConfig([
      flags({ portMain: '1', host: undefined }),
      variables({ portMain: '2', portOtlpHttp: '3' }),
      flags({ portOtlpHttp: '4', retentionAge: '1h', host: 'localhost' }),
    ]);
    expect(config).toMatchObject({ portMain: 1, portOtlpHttp: 3, retentionAgeMillis: 3_600_000, host: 'localhost' });
  });

  it('takes an empty text for a value, undefined and null for none', () => {
    const file = flags({ allowedOrigins: 'https://shop.example' });
    expect(resolveConfig([flags({ allowedOrigins: '' }), file]).allowedOrigins).toEqual([]);
    for (const absent of [undefined, null]) {
      expect(resolveConfig([flags({ allowedOrigins: absent }), file]).allowedOrigins).toEqual(['https://shop.example']);
    }
    expect(problemsOf(flags({ dataDir: '' }))).toEqual(['--data-dir: "" does not do; give the path of a folder']);
  });

  it('lets a body take a day to arrive and no longer', () => {
    expect(resolveConfig([flags({ bodyTimeout: '1d' })]).bodyTimeoutMillis).toBe(86_400_000);
    expect(problemsOf(flags({ bodyTimeout: '86400001ms' }))).toEqual([
      '--body-timeout: "86400001ms" does not do; give at most 1d',
    ]);
  });

  it('reads off as no limit and no port', () => {
    const config = resolveConfig([flags({ portMain: 'off', retentionAge: 'off', retentionBytes: false })]);
    expect(config).toMatchObject({ portMain: undefined, retentionAgeMillis: undefined, retentionBytes: undefined });
  });

  it('lists every wrong value with its place and the fix', () => {
    expect(problemsOf(flags({ portMain: '70000' }), variables({ retentionAge: '7' }))).toEqual([
      '--port-main: "70000" does not do; give a port from 1 to 65535, 0 for any free one, or off',
      'SPANWISE_RETENTION_AGE: "7" does not do; give a time with its unit, such as 7d, 36h or 30m',
    ]);
  });

  it('refuses a key that is no setting and names those that are', () => {
    const [problem] = problemsOf(flags({ portMian: 1 }));
    expect(problem).toContain('there is no setting "portMian"');
    expect(problem).toContain('portMain');
  });

  it('knows which ports nobody named', () => {
    const named = [flags({ portMain: '9411' }), variables({ portOtlpGrpc: 'off' })];
    const { unnamedPorts } = resolveConfig(named);
    expect(unnamedPorts).toEqual(ports.map(({ key }) => key).filter((key) => !/Main|OtlpGrpc/.test(key)));
  });

  it('refuses one port for two purposes, a default too, and none at all', () => {
    expect(problemsOf(flags({ portMain: 7000, portOtlpHttp: 7000 }))).toEqual([expect.stringContaining('both 7000')]);
    expect(problemsOf(flags({ portMain: 4317 }))).toEqual([
      '--port-otlp-grpc and --port-main are both 4317; give each a port of its own',
    ]);
    expect(problemsOf(flags({ portJaegerCompact: 7000, portJaegerBinary: 7000 }))).toEqual([
      expect.stringContaining('both 7000'),
    ]);
    expect(problemsOf(flags({ portMain: 7000, portJaegerBinary: 7000 }))).toEqual([]);
    const all = (value: unknown): ConfigSource => flags(Object.fromEntries(ports.map(({ key }) => [key, value])));
    expect(problemsOf(all('off'))).toEqual([
      expect.stringMatching(/^--port-otlp-http, .* and --port-main are all off/),
    ]);
    expect(problemsOf(all(0))).toEqual([]);
  });

  it('refuses a host that others can reach', () => {
    expect(problemsOf(flags({ host: '0.0.0.0' }))).toEqual([expect.stringMatching(/--host: "0\.0\.0\.0".*tunnel/)]);
  });
});
