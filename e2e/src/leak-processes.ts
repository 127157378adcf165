import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { LeakPlan } from './leak/figures.ts';

const subject = fileURLToPath(new URL('../lib/leak-subject.js', import.meta.url));
const sink = fileURLToPath(new URL('../lib/leak-sink.js', import.meta.url));

/** Measures one part in a process of its own, whose heap nothing else has used. Rejects when it ends without figures. */
export function runLeakPart<Figures>(plan: LeakPlan, progress: (line: string) => void): Promise<Figures> {
  const child = fork(subject, { execArgv: ['--expose-gc'] });
  child.send(plan);
  return new Promise((resolve, reject) => {
    child.on('message', (message: { progress: string } | { figures: Figures }) => {
      if ('progress' in message) progress(message.progress);
      else resolve(message.figures);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      reject(new Error(`${plan.part}, ${plan.variation}: ended without figures, ${signal ?? `status ${code}`}`));
    });
  });
}

/** Takes spans in another process, and can be away: killed, so that its port refuses and its connections break. */
export class SinkProcess {
  readonly #port: number;
  #child: ChildProcess | undefined;

  private constructor(port: number, child: ChildProcess) {
    this.#port = port;
    this.#child = child;
  }

  static async start(): Promise<SinkProcess> {
    const child = fork(sink, ['0']);
    return new SinkProcess(await portOf(child), child);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get isAway(): boolean {
    return this.#child === undefined;
  }

  async goAway(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async comeBack(): Promise<void> {
    const child = fork(sink, [String(this.#port)]);
    await portOf(child);
    this.#child = child;
  }
}

async function portOf(child: ChildProcess): Promise<number> {
  const [port] = (await once(child, 'message')) as [number];
  return port;
}
