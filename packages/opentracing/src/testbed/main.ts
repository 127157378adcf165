// The command `npm run testbed`; see its `--help`.
import { spawn } from 'node:child_process';

import { runCommand } from './command.ts';

/** This file in a process of its own. What it fails with is in its results. */
function runElsewhere(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [process.argv[1] as string, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let written = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
    child.once('error', reject);
    child.once('close', () => resolve(written));
  });
}

runCommand(process.argv.slice(2), { write: (text) => void process.stdout.write(text), runElsewhere }).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
