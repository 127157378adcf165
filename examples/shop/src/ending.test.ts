import { describe, expect, it } from 'vitest';

import { Ending } from './ending.ts';

describe('Ending', () => {
  it('begins once, and gives the rest of its time to whoever comes later', async () => {
    let now = 100;
    const ending = new Ending(5_000, () => now);
    expect([ending.signal.aborted, ending.leftMillis]).toEqual([false, 5_000]);
    ending.begin();
    await ending.begun;
    now += 3_000;
    ending.begin();
    expect([ending.signal.aborted, ending.leftMillis]).toEqual([true, 2_000]);
    now += 2_001;
    expect(ending.leftMillis).toBe(0);
  });

  it('keeps the first reason, also of what goes wrong while it ends', () => {
    const ending = new Ending(1);
    ending.begin();
    expect(ending.failure).toBeUndefined();
    ending.fail('first');
    ending.fail('second');
    expect(ending.failure).toBe('first');
  });
});
