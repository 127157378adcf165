import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

// Each child leads a group of its own, so that its workers end with it; therefore a Ctrl-C does not reach it, and all
// that live are ended here.
const live = new Set();
process.once('exit', () => live.forEach(endGroup));
for (const [signal, status] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }))
  process.once(signal, () => process.exit(status));

/**
 * Starts a program with its output in the file `log`, and nothing else in it: a server that inherited a pipe could keep
 * the caller waiting, and the report of an earlier run must not be read for that of this one.
 *
 * @param extra further entries of `stdio`, from descriptor 3 on
 * @returns `child`; `ended`, the promise of how it ended; `stop`, to be called in all cases
 */
export function start(program, args, { log, extra = [], ...options }) {
  const output = openSync(log, 'w');
  const child = spawn(program, args, { ...options, detached: true, stdio: ['ignore', output, output, ...extra] });
  closeSync(output);
  live.add(child);
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ how: error.message }));
    child.once('exit', (status, signal) =>
      resolve({ status, how: signal === null ? `status ${status}` : `signal ${signal}` }),
    );
  });
  const stop = async () => {
    endGroup(child);
    await ended;
    live.delete(child);
  };
  return { child, ended, stop };
}

/**
 * Runs a program to its end.
 *
 * @throws when it does not end within `timeoutMs`; whatever happens, nothing of it is left running
 * @returns the status and its output; a status other than 0 is the caller's to judge
 */
export async function run(program, args, { timeoutMs, ...options }) {
  const { ended, stop } = start(program, args, options);
  try {
    const { status, how } = await within(timeoutMs, ended);
    return { status, how, output: outputOf(options.log) };
  } finally {
    await stop();
  }
}

/** The promise's result, or an error after `timeoutMs`. */
export async function within(timeoutMs, promise) {
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no result within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a program has written so far. */
export function outputOf(log) {
  try {
    return readFileSync(log, 'utf8');
  } catch {
    return '';
  }
}

function endGroup({ pid }) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}
