import { describe, expect, it } from 'vitest';

import { RollUp } from '../../rollup/roll-up.ts';
import type { Correction } from './cut-traces.ts';
import { KeptCorrection } from './kept-correction.ts';
import type { RollUpFile } from './roll-up-files.ts';

const files = (...names: string[]): RollUpFile[] =>
  names.map((name) => ({
    name,
    header: { segments: [], minStartMicros: 0, maxStartMicros: 0, isJoined: true },
    bytes: 0,
  }));

/** Takes so long of the clock. */
async function correction(millis: number): Promise<Correction> {
  const until = performance.now() + millis;
  while (performance.now() < until);
  return { rollUp: new RollUp(), isJoined: true };
}

describe('KeptCorrection', () => {
  it('keeps what took long to make', async () => {
    const kept = new KeptCorrection();
    expect(kept.isFresh).toBe(false);
    const made = await kept.make(files('1.rollup'), () => correction(20));
    expect(kept.isFresh).toBe(true);
    expect(kept.for(files('1.rollup'))).toBe(made);
  });

  it('does not keep what was made at once', async () => {
    const kept = new KeptCorrection();
    await kept.make(files('1.rollup'), () => correction(0));
    expect(kept.isFresh).toBe(false);
  });

  it('holds while the roll-ups that it corrects are there, whatever comes to them', async () => {
    const kept = new KeptCorrection();
    const made = await kept.make(files('1.rollup', '2.rollup'), () => correction(20));
    expect(kept.for(files('1.rollup', '2.rollup', '3.rollup'))).toBe(made);
    expect(kept.for(files('2.rollup', '3.rollup'))).toBeUndefined();
    expect(kept.for(files('1-2.rollup'))).toBeUndefined();
  });

  it('makes each table once', async () => {
    const rollUp = new RollUp();
    const cell = rollUp.operations.cell('shop', 'buy', 2, 7);
    cell.add({ weight: 2, failed: false, durationNanos: 9, exemplar: [1, 2, 3, 4] });
    const made = await new KeptCorrection().make(files(), async () => ({ rollUp, isJoined: false }));
    expect(made.isJoined).toBe(false);
    expect(made.table('services')).toBe(made.table('services'));
    expect(made.table('services').toJSON()).toEqual([['shop', '', 2, [cell.toJSON(7)]]]);
    expect(made.table('edges').toJSON()).toEqual([]);
  });
});
