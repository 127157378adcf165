// Takes the pictures of the README from the running shop: npm run screenshots.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { StatisticsAnswer } from '@spanwise/wire/query';
import type { Page } from 'playwright-core';

import { openBrowser } from './chromium.ts';
import { MainJob } from './main-job.ts';
import { until } from './until.ts';

const images = fileURLToPath(new URL('../../docs/images/', import.meta.url));

await mkdir(images, { recursive: true });
const directory = await mkdtemp(path.join(tmpdir(), 'spanwise-pictures-'));
const job = new MainJob(directory, ['--rate', '8']);
try {
  const pageUrl = await job.pageUrl();
  const traceId = await job.traceId();
  const browser = await openBrowser({ viewport: { width: 1280, height: 720 }, colorScheme: 'light' });
  const page = await browser.context.newPage();
  await page.goto(`${pageUrl}/trace/${traceId}`);
  await page.getByRole('row').filter({ hasText: 'POST /orders' }).last().click();
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: path.join(images, 'trace.png') });
  // The list of items, which is read item by item.
  await page.goto(`${pageUrl}/?service=gateway&operation=GET+/catalog`);
  await page.locator('a[href*="/trace/"]').first().click();
  await page.getByRole('region', { name: 'Findings' }).getByRole('button', { name: /^N\+1/ }).click();
  await page.getByRole('complementary', { name: 'Span' }).getByText('could be saved').waitFor();
  await page.keyboard.press(']');
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: path.join(images, 'findings.png') });
  await page.goto(`${pageUrl}/?service=gateway`);
  await until('some traces are listed', async () =>
    (await page.locator('a[href*="/trace/"]').count()) > 8 ? true : undefined,
  );
  await page.getByRole('region', { name: 'Filters' }).getByRole('group').first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: path.join(images, 'traces.png') });
  await page.goto(`${pageUrl}/services?range=5m`);
  // There has to be something in the window before, too.
  const someMinutes = async (): Promise<true | undefined> => ((await countedMinutes(page)) > 7 ? true : undefined);
  await until('some minutes are counted', someMinutes, 600_000);
  await page.reload();
  await page.getByRole('table').getByRole('row').nth(3).waitFor();
  await page.screenshot({ path: path.join(images, 'services.png') });
  await page.goto(`${pageUrl}/map?range=15m`);
  await page.locator('[data-node]').nth(3).waitFor();
  await page.screenshot({ path: path.join(images, 'map.png') });
  await browser.close();
} finally {
  job.child.kill('SIGTERM');
  await job.ended;
  await rm(directory, { recursive: true, force: true });
}

/** In how many minutes the gateway answered. */
async function countedMinutes(page: Page): Promise<number> {
  const query = 'service=gateway&by=service&kinds=sides&steps=1000';
  const answer = await page.request.get(new URL(`/api/spanwise/v1/services/statistics?${query}`, page.url()).href);
  const { statistics } = (await answer.json()) as StatisticsAnswer;
  return statistics[0]?.steps.counts.filter((count) => count > 0).length ?? 0;
}
