// The main job: collector, page, shop and load; one address and one trace on the terminal; a clean end.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { collectorAddresses } from './collector-addresses.ts';
import { firstTrace } from './first-trace.ts';
import { ProcessGroup } from './process-group.ts';
import type { ChildMessage } from './process-group.ts';
import { help, parseSettings, UsageError } from './settings.ts';
import type { ShopSettings } from './settings.ts';
import { shopProcesses, startDatabase, startLoad, startShop } from './shop.ts';

const cache = fileURLToPath(new URL('../../../node_modules/.cache/spanwise-shop', import.meta.url));
const command = path.join(path.dirname(createRequire(import.meta.url).resolve('spanwise/package.json')), 'lib/bin.js');

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let settings;
  try {
    settings = parseSettings(args, path.join(cache, 'data'));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
  if (settings === 'help') {
    console.log(help);
    return 0;
  }
  return run(settings);
}

async function run(settings: ShopSettings): Promise<number> {
  const logs = path.join(cache, 'logs');
  mkdirSync(logs, { recursive: true });
  const ending = new AbortController();
  let failure: string | undefined;
  const fail = (reason: string): void => {
    failure ??= reason;
    ending.abort();
  };
  let status = 1;
  const group = new ProcessGroup(logs, (name, reason, code) => {
    // The collector says that a setting handed on to it is wrong.
    if (name === 'collector' && code === 2) status = 2;
    fail(`${name} ended: ${reason}`);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());

  const load = { sent: 0, failed: 0 };
  try {
    await start(settings, group, ending, load);
  } catch (error) {
    if (!ending.signal.aborted) fail(error instanceof Error ? error.message : String(error));
  }
  if (!ending.signal.aborted)
    await new Promise((resolve) => ending.signal.addEventListener('abort', resolve, { once: true }));

  console.log('\nstopping');
  const killed = await stop(group);
  if (killed.length > 0) fail(`${killed.join(', ')} had to be killed`);
  console.log(`${load.sent} requests, ${load.failed} failed`);
  if (load.failed > 0) fail(`${load.failed} of ${load.sent} requests failed`);
  if (failure !== undefined) console.error(`${failure}\nlogs: ${path.relative(process.cwd(), logs)}`);
  return failure === undefined ? 0 : status;
}

async function start(
  settings: ShopSettings,
  group: ProcessGroup,
  ending: AbortController,
  load: { sent: number; failed: number },
): Promise<void> {
  console.log(`Node ${process.version}; starting collector and shop …`);
  const collector = group.start({
    name: 'collector',
    script: command,
    args: ['collector', ...settings.collectorArguments],
  });
  const database = startDatabase(group);
  const { pageUrl, otlpUrl } = await collectorAddresses(collector);
  console.log(`\n  page   ${pageUrl}\n`);
  const { gatewayUrl } = await startShop(group, database, otlpUrl, settings.fault);
  ending.signal.throwIfAborted();
  const loader = startLoad(group, gatewayUrl, settings.requestsPerSecond);
  loader.child.on('message', (message: ChildMessage) => Object.assign(load, message.load));
  await loader.ready;
  console.log(`  shop   ${gatewayUrl}  (${settings.requestsPerSecond} requests/s; Ctrl-C ends everything)\n`);
  if (settings.forMillis !== undefined) setTimeout(() => ending.abort(), settings.forMillis).unref();

  const { id, text } = await firstTrace(pageUrl, ending.signal, process.stdout.isTTY);
  console.log(`${text}\n\n  this trace   ${pageUrl}/trace/${id}`);
}

/** Those that call end before those that are called, the collector last: so every span finds its way. */
async function stop(group: ProcessGroup): Promise<string[]> {
  const killed: string[] = [];
  killed.push(...(await group.stop(['load'], 1_000)));
  killed.push(...(await group.stop(shopProcesses.slice(1), 2_200)));
  killed.push(...(await group.stop(['collector'], 1_500)));
  return killed;
}
