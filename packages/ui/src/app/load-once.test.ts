import { describe, expect, it } from 'vitest';
import { loadOnce, ViewUnavailableError } from './load-once.ts';

describe('loadOnce', () => {
  it('loads once for all who ask', async () => {
    let loads = 0;
    const load = loadOnce(async () => ++loads);
    expect(await Promise.all([load(), load()])).toEqual([1, 1]);
    expect(await load()).toBe(1);
  });

  it('names a failure and keeps it, so that no half of a view is shown later', async () => {
    const cause = new Error('Unable to preload CSS');
    let loads = 0;
    const load = loadOnce(async () => {
      loads += 1;
      if (loads === 1) throw cause;
      return loads;
    });
    const failure = await load().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ViewUnavailableError);
    expect(failure).toMatchObject({ cause });
    await expect(load()).rejects.toBe(failure);
    expect(loads).toBe(1);
  });
});
