import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { reasonToSkip } from '../../../e2e/src/chromium.ts';
import { deadline, PageBench } from './page-bench.ts';
import type { Kit } from './page-bench.ts';

/** In the page. */
declare const kit: Kit;

const reason = reasonToSkip();
if (reason !== undefined) console.log(reason);

describe.skipIf(reason !== undefined)('errors in a page', () => {
  let bench: PageBench;
  beforeAll(async () => {
    bench = await PageBench.start();
  });
  afterAll(() => bench?.close());

  it('are spans with the error as a log, and the page hears of them as before', async () => {
    const page = await bench.open();
    const heard: string[] = [];
    page.on('pageerror', (error) => heard.push(error.message));
    await page.evaluate(async () => {
      kit.running = kit.init({
        serviceName: 'a',
        url: '/v1/traces',
        documentLoad: false,
        instrumentations: [kit.instrumentErrors],
      });
      setTimeout(() => {
        throw new RangeError('thrown');
      });
      void Promise.reject(new TypeError('rejected'));
      while (kit.running.stats().finished < 2) await new Promise((resolve) => setTimeout(resolve));
      await kit.running.flush();
    });
    const [thrown, rejected] = [bench.shop.span('uncaught error'), bench.shop.span('unhandled rejection')];
    expect(thrown).toMatchObject({ status: 2, parentId: '' });
    expect(thrown.logs[0]).toMatchObject({
      name: 'exception',
      fields: {
        'exception.type': 'RangeError',
        'exception.message': 'thrown',
        'exception.stacktrace': expect.stringContaining('RangeError: thrown') as string,
      },
    });
    expect(rejected.logs[0]?.fields).toMatchObject({ 'exception.type': 'TypeError', 'exception.message': 'rejected' });
    await expect.poll(() => heard.toSorted(), deadline).toEqual(['rejected', 'thrown']);
  });

  it('are told of fifty times, and not after the end', async () => {
    const page = await bench.open();
    const counts = await page.evaluate(async () => {
      kit.running = kit.init({
        serviceName: 'a',
        url: '/v1/traces',
        documentLoad: false,
        instrumentations: [kit.instrumentErrors],
      });
      const raise = (): boolean => dispatchEvent(new ErrorEvent('error', { error: new Error('again') }));
      const counts: number[] = [];
      for (let count = 1; count <= 51; count++) {
        raise();
        if (count >= 49) counts.push(kit.running.stats().finished);
      }
      await kit.running.shutdown();
      raise();
      return [...counts, kit.running.stats().started];
    });
    expect(counts).toEqual([49, 50, 50, 50]);
  });
});
