import { describe, expect, it } from 'vitest';

import { RestartDelay } from './restart-delay.ts';

describe('RestartDelay', () => {
  it('doubles up to ten seconds while workers end soon', () => {
    const delay = new RestartDelay(() => 0);
    expect(Array.from({ length: 9 }, () => delay.next())).toEqual([
      100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000,
    ]);
  });

  it('begins again after a worker lived a minute, not a millisecond earlier', () => {
    let now = 0;
    const delay = new RestartDelay(() => now);
    delay.next();
    delay.started();
    now += 59_999;
    expect(delay.next()).toBe(200);
    delay.started();
    now += 60_000;
    expect(delay.next()).toBe(100);
  });
});
