import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const fixtures = fileURLToPath(new URL('../src/fixtures/shop/', import.meta.url));

/** How a process ended, and what it wrote. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How `register` is asked for. */
export type Flag = '--import' | '--require' | undefined;

/** Processes run what is built: builds the packages that they load, if their sources are newer. */
export function build(): void {
  const packages = ['wire', 'opentracing', 'tracer', 'instrumentation', 'node'].map((name) => `packages/${name}`);
  execFileSync(process.execPath, ['build/build.mjs', '--if-stale', ...packages], { cwd: root, stdio: 'ignore' });
}

/** A process of a fixture, on the Node that runs the tests. */
export class Application {
  readonly process: ChildProcess;
  readonly #ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  constructor(file: string, environment: Record<string, string> = {}, flag: Flag = '--import', args: string[] = []) {
    const options = flag === undefined ? [] : [flag, '@spanwise/node/register'];
    this.process = spawn(process.execPath, [...options, file, ...args], {
      cwd: fixtures,
      env: { ...plainEnvironment(), ...environment },
    });
    this.process.stdout!.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.#ended = once(this.process, 'close').then(([status, signal]) => ({
      status: status as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  /** Waits for the first line that it prints. */
  async firstLine(): Promise<string> {
    while (!this.#stdout.includes('\n')) await Promise.race([once(this.process.stdout!, 'data'), this.#failed()]);
    return this.#stdout.split('\n')[0]!;
  }

  ended(): Promise<Ended> {
    return this.#ended;
  }

  async #failed(): Promise<never> {
    const { status, stderr } = await this.#ended;
    throw new Error(`ended with ${status} before it printed a line: ${stderr}`);
  }
}

function plainEnvironment(): NodeJS.ProcessEnv {
  const own = /^(SPANWISE_|OTEL_|NODE_|VITEST|TEST$|VITE_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
