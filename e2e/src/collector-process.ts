import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The built `spanwise` command. */
export const command = path.join(
  path.dirname(createRequire(import.meta.url).resolve('spanwise/package.json')),
  'lib/bin.js',
);

/** A collector in a process of its own, as a user starts it. */
export interface CollectorProcess {
  readonly child: ChildProcess;
  readonly mainUrl: string;
  readonly otlpUrl: string;
  /** What it printed so far. */
  readonly output: () => string;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface CollectorPlan {
  readonly dataDirectory: string;
  /** 0 (the default) takes a free port. */
  readonly mainPort?: number;
  readonly otlpPort?: number;
  readonly args?: readonly string[];
}

/** Starts the collector and waits until it said where it answers. */
export async function startCollectorProcess(plan: CollectorPlan): Promise<CollectorProcess> {
  const ports = ['--port-main', String(plan.mainPort ?? 0), '--port-otlp-http', String(plan.otlpPort ?? 0)];
  const args = [command, 'collector', ...ports, '--data-dir', plan.dataDirectory, ...(plan.args ?? [])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const addresses = await new Promise<Record<string, string>>((resolve, reject) => {
    child.once('message', (message: { ready: string }) => resolve(JSON.parse(message.ready) as Record<string, string>));
    void ended.then(() => reject(new Error(`the collector did not start:\n${output}`)));
  });
  return {
    child,
    mainUrl: addresses['main'] ?? '',
    otlpUrl: addresses['otlp-http'] ?? '',
    output: () => output,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
