import { describe, expect, it } from 'vitest';

import { sayWhenSlow } from './say-when-slow.ts';

/** Time that passes when the test says so. */
class ManualTime {
  now = 0;
  waiting: { at: number; call: () => void } | undefined;

  readonly after = (millis: number, call: () => void): (() => void) => {
    const own = { at: this.now + millis, call };
    this.waiting = own;
    return () => {
      if (this.waiting === own) this.waiting = undefined;
    };
  };

  pass(millis: number): void {
    this.now += millis;
    const due = this.waiting;
    if (due !== undefined && due.at <= this.now) due.call();
  }
}

function slowStep(): { time: ManualTime; said: string[]; outcome: Promise<string>; finish: () => void } {
  const time = new ManualTime();
  const said: string[] = [];
  const logger = { info: (line: string) => said.push(line), warn: () => {}, error: () => {} };
  let finish: () => void = () => {};
  const step = new Promise<string>((resolve) => (finish = () => resolve('done')));
  let left = 10;
  const outcome = sayWhenSlow(step, () => `${left--} left`, logger, time.after);
  return { time, said, outcome, finish };
}

describe('a step of the start', () => {
  it('passes without a word when it is quick', async () => {
    const { time, said, outcome, finish } = slowStep();
    time.pass(1_499);
    finish();
    expect(await outcome).toBe('done');
    expect(said).toEqual([]);
    expect(time.waiting).toBeUndefined();
  });

  it('is told of when it takes longer, and again every five seconds', async () => {
    const { time, said, outcome, finish } = slowStep();
    time.pass(1_500);
    expect(said).toEqual(['10 left']);
    time.pass(4_999);
    expect(said).toEqual(['10 left']);
    time.pass(1);
    expect(said).toEqual(['10 left', '9 left']);
    finish();
    await outcome;
    expect(time.waiting).toBeUndefined();
  });

  it('hands on what went wrong, and says no more', async () => {
    const time = new ManualTime();
    const failing = sayWhenSlow(Promise.reject(new Error('broken')), () => '', undefined, time.after);
    await expect(failing).rejects.toThrow('broken');
    expect(time.waiting).toBeUndefined();
  });
});
