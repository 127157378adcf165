import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A process to start. */
export interface ProcessPlan {
  readonly name: string;
  /** Absolute path of the script. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Modules for `--import`, before the script. */
  readonly imports?: readonly string[];
}

/** What a child tells its parent over the channel between them. */
export interface ChildMessage {
  readonly ready?: string;
  readonly load?: { readonly sent: number; readonly failed: number };
  /** `tracer.stats()`, for who asked. */
  readonly tracing?: unknown;
}

/** What a parent asks a child. */
export interface ParentMessage {
  readonly ask?: 'tracing';
}

export interface StartedProcess {
  readonly name: string;
  readonly child: ChildProcess;
  /** Resolves with what the process said when it was ready; rejects when it ended first. */
  readonly ready: Promise<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** What it wrote to stderr lately, for the message when it fails. */
  readonly lastWords: () => string;
}

/** A process ended that nobody asked to end. */
export interface ProcessDeath {
  readonly name: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lastWords: string;
}

const lifeline = fileURLToPath(new URL('./lifeline.js', import.meta.url));
// `--import` resolves package names from the working directory.
const shopDirectory = fileURLToPath(new URL('..', import.meta.url));

/**
 * The shop's child processes. Each runs in a process group of its own, so that Ctrl-C in a terminal reaches the main
 * process alone, which then ends them in an order that loses no span; a lifeline ends them when the main process dies.
 */
export class ProcessGroup {
  readonly #logDirectory: string;
  readonly #running = new Map<string, StartedProcess>();
  readonly #started = new Set<string>();
  readonly #onDeath: (death: ProcessDeath) => void;
  #stopping = false;

  /** `onDeath` is called when a process ends that nobody asked to end. */
  constructor(logDirectory: string, onDeath: (death: ProcessDeath) => void) {
    this.#logDirectory = logDirectory;
    this.#onDeath = onDeath;
  }

  /** @throws {Error} once some were asked to end: nothing may start behind the back of the one who ends all. */
  start(plan: ProcessPlan): StartedProcess {
    if (this.#stopping) throw new Error(`${plan.name} is not started: the others are being stopped`);
    const imports = [lifeline, ...(plan.imports ?? [])].flatMap((module) => ['--import', module]);
    const child = spawn(process.execPath, [...imports, plan.script, ...(plan.args ?? [])], {
      cwd: shopDirectory,
      env: { ...process.env, ...plan.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    const isFirst = !this.#started.has(plan.name);
    this.#started.add(plan.name);
    const lastWords = keepOutput(child, `${this.#logDirectory}/${plan.name}.log`, isFirst ? 'w' : 'a');
    const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    const started: StartedProcess = {
      name: plan.name,
      child,
      ready: readiness(child, plan.name, lastWords),
      ended,
      lastWords,
    };
    started.ready.catch(() => {});
    this.#running.set(plan.name, started);
    void ended.then(({ code, signal }) => {
      this.#running.delete(plan.name);
      if (!this.#stopping) this.#onDeath({ name: plan.name, code, signal, lastWords: lastWords() });
    });
    return started;
  }

  /**
   * Asks the named processes to end and waits; kills them after `deadlineMillis`. Resolves with what went wrong, a line for each
   * process that had to be killed or ended by an error.
   */
  async stop(names: readonly string[], deadlineMillis: number): Promise<string[]> {
    this.#stopping = true;
    const targets = names.map((name) => this.#running.get(name)).filter((one) => one !== undefined);
    for (const { child } of targets) child.kill('SIGTERM');
    const troubles: string[] = [];
    const timer = setTimeout(() => {
      for (const { name, child } of targets) {
        if (this.#running.has(name)) {
          troubles.push(`${name} had to be killed`);
          child.kill('SIGKILL');
        }
      }
    }, deadlineMillis);
    for (const { name, ended, lastWords } of targets) {
      const { code } = await ended;
      if (code !== null && code !== 0) troubles.push(`${name} ended: status ${code}\n${lastWords()}`.trimEnd());
    }
    clearTimeout(timer);
    return troubles;
  }
}

function readiness(child: ChildProcess, name: string, lastWords: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: ChildMessage) => {
      if (message.ready !== undefined) resolve(message.ready);
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`${name} ended before it was ready\n${lastWords()}`.trimEnd())));
  });
}

function keepOutput(child: ChildProcess, file: string, flags: 'w' | 'a'): () => string {
  const log = createWriteStream(file, { flags });
  // On a full disk the log ends, and nothing else.
  log.on('error', () => {});
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      log.write(chunk);
      tail = (tail + chunk.toString()).slice(-2_000);
    });
  }
  child.once('close', () => log.end());
  return () => tail;
}
