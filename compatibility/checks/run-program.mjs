import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const deadline = 60_000;

/**
 * Runs a Node program to its end.
 *
 * @returns {Promise<{ status: number | null, stdout: string, stderr: string }>}
 */
export async function runProgram(args, { cwd, env = {} } = {}) {
  const child = spawn(process.execPath, args, {
    cwd,
    // Settings of whoever runs the checks, like conditions for sources, are not for the programs.
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: deadline,
    killSignal: 'SIGKILL',
  });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status, stdout, stderr };
}
