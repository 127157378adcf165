import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { remove, start, stop, temporaryDirectory } from './processes.mjs';

const pollMillis = 100;

/** Ports of 127.0.0.1 that nobody listens on now. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/**
 * Runs `use` with a server that is started before and stopped after, whatever happens, in a folder of its own
 * that goes with it. Its output goes to a file: a server that inherits a pipe would keep the bench waiting.
 *
 * @param launch `(directory) => { command, args, env?, readyUrl? }`
 * @param use `(child, directory) => result`
 */
export async function withServer(launch, use, { readyWithinMillis = 60_000 } = {}) {
  const directory = temporaryDirectory();
  const log = path.join(directory, 'output.log');
  const { command, args, env = {}, readyUrl, ipc = false } = await launch(directory);
  const output = openSync(log, 'w');
  const child = start(command, args, {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output, ...(ipc ? ['ipc'] : [])],
  });
  closeSync(output);
  try {
    if (readyUrl !== undefined) await untilReady(child, readyUrl, readyWithinMillis);
    return await use(child, directory);
  } catch (error) {
    throw new Error(`${command}: ${error.message}\n${lastLines(log)}`, { cause: error });
  } finally {
    await stop(child);
    remove(directory);
  }
}

async function untilReady(child, url, withinMillis) {
  const deadline = performance.now() + withinMillis;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended before it was ready');
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
    await delay(pollMillis);
  }
  throw new Error(`it did not answer ${url} within ${withinMillis / 1000} s`);
}

function lastLines(file) {
  return readFileSync(file, 'utf8').split('\n').slice(-20).join('\n');
}
