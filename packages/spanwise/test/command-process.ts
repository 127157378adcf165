import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

/** The built command, as a user runs it. */
const binary = fileURLToPath(new URL('../lib/bin.js', import.meta.url));

/** The command in a process of its own, and what it printed so far. */
export interface CommandProcess {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** An empty folder for one test. */
export function emptyDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'spanwise-command-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Starts the built command with nothing of the environment but what is given; ends it with the test. */
export function startCommand(args: readonly string[], environment: Record<string, string> = {}): CommandProcess {
  if (!existsSync(binary)) throw new Error(`${binary} is not built; run npm run build`);
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment };
  const child = spawn(process.execPath, [binary, ...args], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

/** Runs the built command to its end. */
export async function runCommand(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const command = startCommand(args, environment);
  const { code } = await command.ended;
  return { code, stdout: command.stdout(), stderr: command.stderr() };
}

/** The addresses that a starting collector sends to its parent. Rejects when it ends before. */
export function addressesOf(command: CommandProcess): Promise<{ main: string; 'otlp-http': string }> {
  return new Promise((resolve, reject) => {
    command.child.once('message', ({ ready }: { ready: string }) => {
      resolve(JSON.parse(ready) as { main: string; 'otlp-http': string });
    });
    void command.ended.then(({ code }) => reject(new Error(`ended with ${code}:\n${command.stderr()}`)));
  });
}
