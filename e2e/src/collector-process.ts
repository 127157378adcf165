import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built `spanwise` command. */
export const command = path.join(
  path.dirname(createRequire(import.meta.url).resolve('spanwise/package.json')),
  'lib/bin.js',
);

/** The same collector on a store with small segments: see `small-store.ts`. */
export const smallStoreCollector = fileURLToPath(new URL('../lib/small-store-collector.js', import.meta.url));

/** Defaults would meet in runs that go on at the same time. */
const otherPortsOff = ['otlp-grpc', 'jaeger-http', 'jaeger-compact', 'jaeger-binary'].flatMap((name) => [
  `--port-${name}`,
  'off',
]);

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A collector in a process of its own, as a user starts it. */
export interface CollectorProcess {
  readonly child: ChildProcess;
  readonly mainUrl: string;
  readonly otlpUrl: string;
  /** What it printed so far. */
  readonly output: () => string;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<ProcessEnd>;
}

/** A collector that may not be ready yet. */
export interface StartingCollector {
  readonly child: ChildProcess;
  /** Resolves when it has said where it answers; rejects with its output when it ended before. */
  readonly ready: Promise<CollectorProcess>;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<ProcessEnd>;
}

export interface CollectorPlan {
  readonly dataDirectory: string;
  /** 0 (the default) takes a free port. */
  readonly mainPort?: number;
  readonly otlpPort?: number;
  readonly args?: readonly string[];
  /** What is started: `command`, unless it is `smallStoreCollector`. */
  readonly script?: string;
}

/** Starts the collector and waits until it said where it answers. */
export function startCollectorProcess(plan: CollectorPlan): Promise<CollectorProcess> {
  return spawnCollector(plan).ready;
}

/** Starts the collector. */
export function spawnCollector(plan: CollectorPlan): StartingCollector {
  const used = ['--port-main', String(plan.mainPort ?? 0), '--port-otlp-http', String(plan.otlpPort ?? 0)];
  const ports = [...used, ...otherPortsOff];
  const script = plan.script ?? command;
  const args = [script, 'collector', ...ports, '--data-dir', plan.dataDirectory, ...(plan.args ?? [])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const end = (signal: NodeJS.Signals): Promise<ProcessEnd> => {
    child.kill(signal);
    return ended;
  };
  const ready = new Promise<CollectorProcess>((resolve, reject) => {
    child.once('message', (message: { ready: string }) => {
      const addresses = JSON.parse(message.ready) as Record<string, string>;
      const [mainUrl = '', otlpUrl = ''] = [addresses['main'], addresses['otlp-http']];
      resolve({ child, mainUrl, otlpUrl, output: () => output, end });
    });
    void ended.then(() => reject(new Error(`the collector did not start:\n${output}`)));
  });
  // Whoever ends it before does not ask.
  ready.catch(() => {});
  return { child, ready, end };
}
