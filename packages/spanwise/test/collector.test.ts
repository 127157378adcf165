import { existsSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { addressesOf, emptyDirectory, runCommand, startCommand } from './command-process.ts';
import type { CommandProcess } from './command-process.ts';

const othersOff = ['otlp-grpc', 'jaeger-http', 'jaeger-compact', 'jaeger-binary'].flatMap((name) => [
  `--port-${name}`,
  'off',
]);
const freePorts = ['--port-main', '0', '--port-otlp-http', '0', ...othersOff];

const oneSpan = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: '1'.repeat(32),
              spanId: '2'.repeat(16),
              name: 'checkout',
              startTimeUnixNano: '1700000000000000000',
              endTimeUnixNano: '1700000000005000000',
            },
          ],
        },
      ],
    },
  ],
};

/** So many that a replay takes a good part of a second, and too few for a segment. */
const spansInJournal = 60_000;
const spansInBody = 5_000;

/** Leaves a data directory as a crash does, with all spans in the journal. */
async function killWithFullJournal(directory: string): Promise<void> {
  const command = startCommand([...freePorts, '--data-dir', directory]);
  const { 'otlp-http': otlp } = await addressesOf(command);
  for (let first = 1; first <= spansInJournal; first += spansInBody) {
    const spans = Array.from({ length: spansInBody }, (_, at) => ({
      traceId: '1'.padStart(32, '0'),
      spanId: String(first + at).padStart(16, '0'),
      startTimeUnixNano: `1700000000000${String(first + at).padStart(6, '0')}`,
    }));
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${otlp}/v1/traces`, { method: 'POST', headers, body })).status).toBe(200);
  }
  command.child.kill('SIGKILL');
  await command.ended;
  unlinkSync(path.join(directory, 'lock'));
}

/** Waits until the collector has taken its directory; what comes next is the replay. */
async function replaying(_command: CommandProcess, directory: string): Promise<void> {
  const isLocked = (): boolean => existsSync(path.join(directory, 'lock'));
  await expect.poll(isLocked, { timeout: 15_000, interval: 1 }).toBe(true);
}

/** What people are promised of Ctrl-C. */
function inTime<T>(ended: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('not ended within five seconds')), 5_000);
    void ended.then((end) => {
      clearTimeout(timer);
      resolve(end);
    });
  });
}

async function servicesAt(main: string): Promise<string[]> {
  const answer = await fetch(`${main}/api/spanwise/v1/services`);
  return ((await answer.json()) as { services: string[] }).services;
}

describe('the built command', () => {
  it('explains itself, and tells what is wrong, with its status', async () => {
    const help = await runCommand(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Examples:') as string });
    const wrong = await runCommand(['--port-main', '70000']);
    expect(wrong).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('"70000" does not do') as string,
    });
  });
});

describe('a collector', () => {
  it.each([[[]], [['collector']]])('starts by %j, says where it is, and serves what it was sent', async (name) => {
    const directory = path.join(emptyDirectory(), 'new/data');
    const command = startCommand([...name, ...freePorts, '--data-dir', directory]);
    const { main, 'otlp-http': otlp } = await addressesOf(command);
    expect(command.stdout()).toContain(main);
    expect(command.stdout()).toContain(`${otlp}/v1/traces`);
    expect(command.stdout()).toContain(directory);
    expect(existsSync(directory)).toBe(true);
    const headers = { 'content-type': 'application/json' };
    const sent = await fetch(`${otlp}/v1/traces`, { method: 'POST', headers, body: JSON.stringify(oneSpan) });
    expect(sent.status).toBe(200);
    await expect.poll(() => servicesAt(main), { timeout: 10_000 }).toEqual(['shop']);
    expect((await fetch(`${main}/health`)).status).toBe(200);
  });

  it('says where every port is that takes spans', async () => {
    const others = othersOff.map((argument) => (argument === 'off' ? '0' : argument));
    const command = startCommand([...freePorts, ...others, '--data-dir', emptyDirectory()]);
    const addresses = Object.values<string>({ ...(await addressesOf(command)) });
    expect(addresses).toHaveLength(6);
    for (const address of addresses) expect(command.stdout()).toContain(address);
    expect(command.stderr()).toBe('');
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends cleanly at %s and has everything at the next start',
    async (signal) => {
      const directory = emptyDirectory();
      const first = startCommand([...freePorts, '--data-dir', directory]);
      const { 'otlp-http': otlp } = await addressesOf(first);
      const headers = { 'content-type': 'application/json' };
      await fetch(`${otlp}/v1/traces`, { method: 'POST', headers, body: JSON.stringify(oneSpan) });
      first.child.kill(signal);
      expect(await first.ended).toEqual({ code: 0, signal: null });
      const second = startCommand([...freePorts, '--data-dir', directory]);
      const { main } = await addressesOf(second);
      await expect.poll(() => servicesAt(main), { timeout: 10_000 }).toEqual(['shop']);
    },
  );

  it.each([
    ['as soon as it runs', 'SIGINT', async () => {}],
    ['in the middle of its replay', 'SIGINT', replaying],
    ['in the middle of its replay', 'SIGTERM', replaying],
  ] as const)('ends %s at %s, and has everything at the next start', { timeout: 60_000 }, async (_, signal, moment) => {
    const directory = emptyDirectory();
    await killWithFullJournal(directory);
    const command = startCommand([...freePorts, '--data-dir', directory]);
    await moment(command, directory);
    command.child.kill(signal);
    // Before it listens to signals the system ends it.
    expect([{ code: 0, signal: null }, moment === replaying ? undefined : { code: null, signal }]).toContainEqual(
      await inTime(command.ended),
    );
    expect(command.stdout()).toBe('');
    // On a busy machine it says what it is at meanwhile.
    const said = command.stderr().replaceAll(/^spanwise: replaying the journal.*\n/gm, '');
    expect(said).toBe(moment === replaying ? 'spanwise: ending; once more ends at once\n' : '');

    const { main } = await addressesOf(startCommand([...freePorts, '--data-dir', directory]));
    const answer = await fetch(`${main}/api/spanwise/v1/traces/${'0'.repeat(31)}1`);
    expect(((await answer.json()) as { count: number }).count).toBe(spansInJournal);
  });

  it('ends at once when it is asked a second time', async () => {
    const command = startCommand([...freePorts, '--data-dir', emptyDirectory()]);
    const { 'otlp-http': otlp } = await addressesOf(command);
    // A body that never ends keeps the first ending waiting.
    const endless = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array(1)) });
    const headers = { 'content-type': 'application/json' };
    const unanswered = fetch(`${otlp}/v1/traces`, {
      method: 'POST',
      headers,
      body: endless,
      duplex: 'half',
    }).catch(() => 'cut');
    await expect.poll(async () => fetch(`${otlp}/v1/traces`).then(({ status }) => status)).toBe(405);
    command.child.kill('SIGINT');
    await expect.poll(command.stderr).toContain('once more ends at once');
    command.child.kill('SIGINT');
    expect(await command.ended).toEqual({ code: 130, signal: null });
    expect(await unanswered).toBe('cut');
  });

  it('prefers flags to variables, variables to the file, the file to defaults', async () => {
    const directory = emptyDirectory();
    const file = path.join(directory, 'spanwise.yaml');
    writeFileSync(file, `portMain: 0\nportOtlpHttp: off\nhost: ::1\ndataDir: ${directory}/file\n`);
    const variables = {
      SPANWISE_CONFIG: file,
      SPANWISE_DATA_DIR: `${directory}/variable`,
      SPANWISE_HOST: '127.0.0.2',
      SPANWISE_PORT_OTLP_HTTP: '',
    };
    const command = startCommand(['--host', '127.0.0.1', ...othersOff], variables);
    const addresses = await addressesOf(command);
    expect(Object.keys(addresses)).toEqual(['main']);
    expect(addresses.main).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect([existsSync(`${directory}/variable`), existsSync(`${directory}/file`)]).toEqual([true, false]);
  });

  it('keeps its data where XDG_DATA_HOME says', async () => {
    const directory = emptyDirectory();
    const command = startCommand(freePorts, { XDG_DATA_HOME: directory });
    await addressesOf(command);
    expect(command.stdout()).toContain(path.join(directory, 'spanwise'));
    expect(existsSync(path.join(directory, 'spanwise'))).toBe(true);
  });

  it('fails with status 1 and names the setting when a port is in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const args = [...freePorts, '--port-main', String(port), '--data-dir', emptyDirectory()];
    const { code, stdout, stderr } = await runCommand(args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      `spanwise: port ${port} on 127.0.0.1 is in use; end the program that holds it, or choose another with ` +
        '--port-main PORT (SPANWISE_PORT_MAIN), or switch it off with --port-main off\n',
    );
  });

  it('fails with status 1 when the data directory cannot be used', async () => {
    const file = path.join(emptyDirectory(), 'file');
    writeFileSync(file, '');
    const { code, stdout, stderr } = await runCommand([...freePorts, '--data-dir', path.join(file, 'data')]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(file);
  });

  it('refuses a second collector on the same data', async () => {
    const directory = emptyDirectory();
    await addressesOf(startCommand([...freePorts, '--data-dir', directory]));
    const { code, stderr } = await runCommand([...freePorts, '--data-dir', directory]);
    expect(code).toBe(1);
    expect(stderr).toContain(directory);
  });
});
