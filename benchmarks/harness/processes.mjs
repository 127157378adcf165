// Every process and folder that a bench makes goes with it: at its own end, on failure, and on Ctrl-C.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const running = new Set();
const directories = new Set();

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const directory of directories) remove(directory);
});
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1],
]) {
  process.once(signal, () => process.exit(128 + number));
}

/** An empty folder; `remove` it when it has done its service. */
export function temporaryDirectory() {
  const directory = mkdtempSync(path.join(tmpdir(), 'spanwise-bench-'));
  directories.add(directory);
  return directory;
}

export function remove(directory) {
  directories.delete(directory);
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** `spawn`, remembered until the child has ended. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/** Runs a program to its end and gives what it printed; throws when its status is not 0. */
export async function run(command, args, options) {
  const child = start(command, args, options);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => (output += text));
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with status ${status}\n${output}`);
  return output;
}

/** Asks a child to end, and ends it after `graceMillis`. */
export async function stop(child, graceMillis = 5000) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMillis);
  await ended;
  clearTimeout(timer);
}

/** What a child prints, line by line; throws when it ends with a status other than 0. */
export async function* lines(child) {
  yield* createInterface({ input: child.stdout });
  const status = child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)));
  if (status !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with status ${status}`);
}
