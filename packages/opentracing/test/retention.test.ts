import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

const contexts = 2_000;

describe('a finished span is given up by the contexts that began under it', () => {
  it.each(['activate', 'nested', 'callback', 'asynchronous'])('%s', (variant) => {
    const { started, alive } = measure(variant);
    expect(started).toBeGreaterThanOrEqual(contexts);
    // A few may still lie in registers or in the last turn's frames.
    expect(alive).toBeLessThanOrEqual(20);
  });

  it('and the measurement sees spans that are held: those of scopes never closed', () => {
    expect(measure('neverClosed').alive).toBeGreaterThan(contexts - 20);
  });
});

function measure(variant: string): { started: number; alive: number } {
  const script = path.join(import.meta.dirname, 'fixtures/retention.cjs');
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script, variant, String(contexts)], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(`no result; is the package built?\n${stderr}`);
  return JSON.parse(stdout) as { started: number; alive: number };
}
