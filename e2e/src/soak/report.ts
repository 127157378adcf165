import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

/** A long run. `progress` prints a line for the person who waits. */
export type Soak = (args: readonly string[], progress: (line: string) => void) => Promise<SoakResult>;

export interface SoakResult {
  /** Whether everything that must hold did. Figures that are only reported do not count. */
  readonly holds: boolean;
  /** Markdown, one row or bullet each. */
  readonly lines: readonly string[];
  /** Broken on purpose: printed, and not appended to docs/soak.md. */
  readonly isRehearsal?: boolean;
}

const file = fileURLToPath(new URL('../../docs/soak.md', import.meta.url));

/** Appends the figures with commit, date and machine to docs/soak.md. */
export function writeReport(name: string, args: readonly string[], { holds, lines }: SoakResult): void {
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  const cpu = cpus();
  const machine = `${cpu.length} × ${cpu[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`;
  const title = `\n## ${[name, ...args].join(' ')}, ${new Date().toISOString().slice(0, 10)}\n`;
  appendFileSync(
    file,
    `${title}\nCommit ${commit}; ${machine}; ${holds ? 'holds' : 'DOES NOT HOLD'}.\n\n${lines.join('\n')}\n`,
  );
}

/** The number after `--name`, or the default. Throws with the value when it is not a positive number. */
export function numberArgument(args: readonly string[], name: string, byDefault: number): number {
  const index = args.indexOf(`--${name}`);
  if (index < 0) return byDefault;
  const value = Number(args[index + 1]);
  if (!(value > 0)) throw new Error(`--${name} was "${args[index + 1] ?? ''}"; write a positive number`);
  return value;
}
