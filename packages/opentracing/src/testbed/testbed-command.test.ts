import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { countsOf, type Result, scenarios } from './index.ts';
import { zoneKit } from './kits/zone.ts';

// The command in a process of its own. It is built for that, because Node 20 runs no TypeScript; inside of the package,
// so that it finds zone.js.
const packageFolder = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(packageFolder, 'node_modules', '.testbed-'));
  const build = await rolldown({ input: path.join(packageFolder, 'src/testbed/main.ts'), platform: 'node' });
  await build.write({ dir: folder, format: 'cjs', entryFileNames: 'main.cjs' });
  await build.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function testbed(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(folder, 'main.cjs'), ...args]);
  return stdout;
}

describe('the testbed over zone.js', () => {
  let results: Result[] = [];

  beforeAll(async () => {
    results = JSON.parse(await testbed('--manager', 'zone', '--json')) as Result[];
  });

  for (const { name } of scenarios) {
    const declared = zoneKit.impossible?.[name] !== undefined;
    it(`${name} over zone${declared ? ' is impossible' : ''}`, () => {
      const result = results.find(({ scenario }) => scenario === name);
      expect(result).toMatchObject({ outcome: declared ? 'impossible' : 'passed' });
    });
  }

  it('counts what passes over zone', () => {
    const { passed, impossible } = countsOf(results, 'zone');
    expect([passed, impossible]).toEqual([63, 5]);
  });
});

describe('the command', () => {
  it('runs all managers, that of zone.js in another process, and exits with 0', async () => {
    const output = await testbed('--scenario', 'client_server');
    expect(output.split('\n').slice(0, 2)).toEqual([
      'scenario            sync-stack  async-local-storage  async-context  zone    coroutine  effect  effect-3',
      'client_server       passed      passed               passed         passed  passed     passed  passed',
    ]);
  });
});

describe('the command, installed without the libraries', () => {
  let elsewhere: string;

  beforeAll(() => {
    elsewhere = mkdtempSync(path.join(tmpdir(), 'spanwise-testbed-'));
    cpSync(folder, elsewhere, { recursive: true });
  });

  afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

  const run = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
    promisify(execFile)(process.execPath, [path.join(elsewhere, 'main.cjs'), '--scenario', 'client_server', ...args]);

  it('has absent columns, each with its reason, and exits with 0', async () => {
    const { stdout, stderr } = await run();
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      'scenario            sync-stack  async-local-storage  async-context  zone            coroutine  effect          effect-3',
      'client_server       passed      passed               passed         absent          passed     absent          absent',
      'passed, impossible  1, 0        1, 0                 1, 0           0, 0, 1 absent  1, 0       0, 0, 1 absent  0, 0, 1 absent',
      '',
      'Absent:',
      '  zone: zone.js is not installed (npm install --no-save zone.js) (1)',
      '  effect: effect is not installed (npm install --no-save effect@4) (1)',
      '  effect-3: effect-3 is not installed (npm install --no-save effect-3@npm:effect@3) (1)',
      '',
    ]);
  });

  it('exits with 1 when such a manager was named', async () => {
    await expect(run('--manager', 'zone')).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('zone: zone.js is not installed'),
      stderr: '',
    });
  });
});

describe('the module', () => {
  it('loads without Node', async () => {
    const build = await rolldown({ input: path.join(packageFolder, 'src/testbed/index.ts'), platform: 'neutral' });
    const { output } = await build.generate({ format: 'esm' });
    await build.close();
    expect(output.flatMap((file) => (file.type === 'chunk' ? [...file.imports, ...file.dynamicImports] : []))).toEqual(
      [],
    );
  });
});
