import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext, BrowserContextOptions } from 'playwright-core';

const named = process.env['CHROMIUM'] ?? '';
const candidates =
  named === '' ? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'] : [named];

/** Where a Chromium is on this machine: the one that `CHROMIUM` names, and no other, or the usual one. */
export const chromiumPath: string | undefined = candidates.find((file) => existsSync(file));

/** Why browser tests are skipped, or `undefined` when they run. One that is missing in CI, or was named, is a failure instead. */
export function reasonToSkip(): string | undefined {
  if (chromiumPath !== undefined || process.env['CI'] === 'true' || named !== '') return undefined;
  return 'no Chromium found (looked at /usr/bin): browser tests are skipped';
}

export interface OpenBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** A fresh headless browser with an empty profile. */
export async function openBrowser(options: BrowserContextOptions = {}): Promise<OpenBrowser> {
  if (chromiumPath === undefined)
    throw new Error(`there is no Chromium at ${candidates.join(', ')}: install one or set CHROMIUM`);
  const profile = mkdtempSync(path.join(tmpdir(), 'spanwise-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...options,
    executablePath: chromiumPath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
