import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { settings } from '@spanwise/collector';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { run } from '../src/run.ts';
import { emptyDirectory } from './command-process.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Runs the command within this process: a hundred times faster than one of its own, which `collector.test.ts` has. */
async function runCommand(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true));
  vi.spyOn(console, 'error').mockImplementation((text) => void (stderr += `${String(text)}\n`));
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const code = await run(args);
  vi.restoreAllMocks();
  return { code, stdout, stderr };
}

const allOff = settings.filter(({ key }) => key.startsWith('port')).flatMap(({ flag }) => [flag, 'off']);

afterEach(() => vi.unstubAllEnvs());

describe('the command', () => {
  it.each([[['--help']], [['-h']], [['collector', '--help']]])('explains itself for %j', async (args) => {
    const { code, stdout, stderr } = await runCommand(args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('--port-otlp-http <PORT>');
    expect(stdout).toMatch(/default\s+9411,\s+SPANWISE_PORT_MAIN/);
    expect(stdout).toContain('--config <FILE>');
    expect(stdout).toContain('Examples:');
  });

  it('names a variable that is almost a setting, and goes on', async () => {
    const { stderr } = await runCommand(allOff, {
      SPANWISE_PORT_MIAN: '1',
      SPANWISE_DATADIR: '/tmp',
      SPANWISE_PORT: '1',
      SPANWISE_SERVICE_NAME: 'an application’s',
    });
    expect(stderr).toContain(
      'spanwise: SPANWISE_PORT_MIAN is no setting and changes nothing; did you mean SPANWISE_PORT_MAIN?',
    );
    expect(stderr).toContain('did you mean SPANWISE_DATA_DIR?');
    expect(stderr).toContain('did you mean SPANWISE_PORT_MAIN or SPANWISE_PORT_OTLP_HTTP or ');
    expect(stderr).not.toContain('SPANWISE_SERVICE_NAME');
    expect(stderr).toContain('all off');
  });

  it('says which setting names a file that is not there', async () => {
    const { code, stderr } = await runCommand([], { SPANWISE_CONFIG: '/absent/spanwise.yaml' });
    expect([code, stderr]).toEqual([2, expect.stringContaining('SPANWISE_CONFIG /absent/spanwise.yaml: ENOENT')]);
  });

  it('tells its version', async () => {
    expect(await runCommand(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    [['--port-main', '70000'], 'spanwise: --port-main: "70000" does not do; give a port from 1 to 65535'],
    [['collector', '--retention-age', '7'], '--retention-age: "7" does not do; give a time with its unit'],
    [['--host', '0.0.0.0'], '--host: "0.0.0.0" does not do; other machines could reach it'],
    [allOff, 'all off'],
    [['--port-mian', '1'], "unknown option '--port-mian'\nspanwise: (Did you mean --port-main?)"],
    [['--port-main', '0', 'collector', '--port-main', 'later'], '--port-main: "later" does not do'],
    [['--port-main', 'earlier', 'collector'], '--port-main: "earlier" does not do'],
    [['--port-main'], "option '--port-main <PORT>' argument missing"],
    [['docter'], 'there is no command "docter"; see spanwise --help'],
    [['collector', 'extra'], 'there is no command "extra"'],
    [['--config', '/absent/spanwise.yaml'], '--config /absent/spanwise.yaml: ENOENT'],
  ])('refuses %j with status 2, the value and the fix', async (args, words) => {
    const { code, stdout, stderr } = await runCommand(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
  });

  it('refuses a wrong variable and names it', async () => {
    const { code, stderr } = await runCommand([], { SPANWISE_BODY_LIMIT: '16 bananas' });
    expect([code, stderr]).toEqual([2, expect.stringContaining('SPANWISE_BODY_LIMIT: "16 bananas" does not do')]);
  });

  it.each([
    ['spanwise.yaml', 'portMian: 9500\n', 'there is no setting "portMian"'],
    ['spanwise.yaml', 'portMain: [1\n', 'line 2'],
    ['spanwise.yaml', '- portMain\n', 'portMain: 9500'],
    ['spanwise.yaml', 'retentionBytes: 10 things\n', 'retentionBytes in '],
    ['spanwise.json', '{"portMain": }', 'JSON'],
    ['spanwise.json', '{"portMain": true}', 'portMain in '],
  ])('refuses a file %s of %j', async (name, text, words) => {
    const file = path.join(emptyDirectory(), name);
    writeFileSync(file, text);
    const { code, stderr } = await runCommand(['--config', file]);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).toContain(file);
  });
});
