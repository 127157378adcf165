import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { until } from './until.ts';

/** A variable that every process of a job inherits, so that none of them gets lost when its parent ends. */
const markName = 'SPANWISE_TEST_JOB';
const script = fileURLToPath(new URL('../../examples/shop/lib/main.js', import.meta.url));

/** What `npm start` runs, in a process of its own. */
export class MainJob {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #mark = randomUUID();
  #output = '';

  /** Ports are free ones unless `args` say otherwise. */
  constructor(dataDirectory: string, args: readonly string[] = []) {
    const defaults = ['--port-main', '0', '--port-otlp-http', '0', '--data-dir', dataDirectory];
    const env = { ...process.env, [markName]: this.#mark };
    this.child = spawn(process.execPath, [script, ...defaults, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  get output(): string {
    return this.#output;
  }

  /** The page's address, as printed. */
  async pageUrl(): Promise<string> {
    return this.printed(/page\s+(http:\/\/\S+)/, 30_000);
  }

  /** The shop's address, as printed. */
  async shopUrl(): Promise<string> {
    return this.printed(/shop\s+(http:\/\/\S+)/, 60_000);
  }

  /** The id of the trace that was printed. */
  async traceId(): Promise<string> {
    return this.printed(/this trace\s+http:\/\/\S+\/trace\/([0-9a-f]{32})/, 60_000);
  }

  /** Ids of all its processes that run, also of those whose parent is gone. */
  async processes(): Promise<number[]> {
    const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const isOurs = async (id: string): Promise<boolean> => {
      const environment = await readFile(`/proc/${id}/environ`, 'latin1').catch(() => '');
      return environment.split('\0').includes(`${markName}=${this.#mark}`);
    };
    const ours = await Promise.all(ids.map(isOurs));
    return ids.filter((_, at) => ours[at]).map(Number);
  }

  /** The id of the collector's process. */
  async collectorProcess(): Promise<number> {
    for (const id of await this.processes()) {
      const command = await readFile(`/proc/${id}/cmdline`, 'latin1').catch(() => '');
      if (command.split('\0').includes('collector')) return id;
    }
    throw new Error(`no collector runs:\n${this.#output}`);
  }

  /** Resolves when the output matches, with the pattern's first group; rejects when the job ends before. */
  printed(pattern: RegExp, deadlineMillis: number): Promise<string> {
    return until(
      `the main job prints ${pattern}`,
      () => {
        if (this.child.exitCode !== null) throw new Error(`the main job ended:\n${this.#output}`);
        return pattern.exec(this.#output)?.[1];
      },
      deadlineMillis,
    );
  }
}
