// The main job: collector, page, shop and load; one address and one trace on the terminal; a clean end.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { unusedPorts } from './collector-addresses.ts';
import { Ending } from './ending.ts';
import { firstTrace } from './first-trace.ts';
import { KeptCollector } from './kept-collector.ts';
import { ProcessGroup } from './process-group.ts';
import type { ChildMessage } from './process-group.ts';
import { help, parseSettings, UsageError } from './settings.ts';
import type { ShopSettings } from './settings.ts';
import { foundation, startDatabase, startLoad, startShop, stopServices } from './shop.ts';

const cache = fileURLToPath(new URL('../../../node_modules/.cache/spanwise-shop', import.meta.url));
const command = path.join(path.dirname(createRequire(import.meta.url).resolve('spanwise/package.json')), 'lib/bin.js');

/**
 * People are promised that Ctrl-C ends everything within five seconds; half a second is for what no timer here sees.
 */
const endingMillis = 4_500;
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
  let listener;
  try {
    listener = await listen(settings.port);
  } catch (error) {
    const { message } = error as Error;
    console.error(`--port-shop ${settings.port} cannot be had (${message}); write another one, or leave it out`);
    return 1;
  }
  return run(settings, listener);
}

/** Taken now and handed to the gateway later: a port that was only looked for may be somebody else's by then. */
async function listen(port: number): Promise<Server> {
  const listener = createServer().listen(port, '127.0.0.1');
  await new Promise<void>((resolve, reject) => listener.once('listening', resolve).once('error', reject));
  // A job that ends before there is a gateway must not wait for it.
  return listener.unref();
}

interface Load {
  sent: number;
  failed: number;
}

async function run(settings: ShopSettings, listener: Server): Promise<number> {
  const logs = path.join(cache, 'logs');
  mkdirSync(logs, { recursive: true });
  const ending = new Ending(endingMillis);
  ending.signal.addEventListener('abort', () => console.log('\nstopping'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.begin());
  let status = 1;
  const group = new ProcessGroup(logs, ({ name, code, signal, lastWords }) => {
    // The collector says that a setting handed on to it is wrong.
    if (name === 'collector' && code === 2) status = 2;
    if (name === 'collector' && collector.startAgain(signal ?? `status ${code}`)) return;
    ending.fail(`${name} ended: ${signal ?? `status ${code}`}\n${lastWords}`.trimEnd());
  });
  // Known before the collector starts, which takes spans from the pages of listed origins only.
  const { port } = listener.address() as AddressInfo;
  const args = [...settings.collectorArguments, ...unusedPorts, '--allowed-origins', `http://127.0.0.1:${port}`];
  const collector = new KeptCollector({ group, command, args, say: console.log });

  const load: Load = { sent: 0, failed: 0 };
  start(settings, { group, collector, ending, load, listener }).catch((error: unknown) => {
    // Once it ends, a start that does not come to its end is no failure.
    if (!ending.signal.aborted) ending.fail(error instanceof Error ? error.message : String(error));
  });
  await ending.begun;

  for (const trouble of await stop(group, ending)) ending.fail(trouble);
  console.log(`${load.sent} requests, ${load.failed} failed`);
  if (load.failed > 0) ending.fail(`${load.failed} of ${load.sent} requests failed`);
  if (ending.failure !== undefined) console.error(`${ending.failure}\nlogs: ${path.relative(process.cwd(), logs)}`);
  return ending.failure === undefined ? 0 : status;
}

interface JobParts {
  readonly group: ProcessGroup;
  readonly collector: KeptCollector;
  readonly ending: Ending;
  readonly load: Load;
  /** Where the shop's page is to be. */
  readonly listener: Server;
}

async function start(settings: ShopSettings, { group, collector, ending, load, listener }: JobParts): Promise<void> {
  console.log(`Node ${process.version}; starting collector and shop …`);
  const addresses = collector.start();
  const database = startDatabase(group);
  const { pageUrl, otlpUrl } = await addresses;
  console.log(`\n  page   ${pageUrl}\n`);
  const { gatewayUrl } = await startShop(group, database, otlpUrl, { faults: settings.faults, listener });
  // What earlier runs left in the store is not what this one prints.
  const startedMicros = Date.now() * 1000;
  const loader = startLoad(group, gatewayUrl, settings.requestsPerSecond);
  loader.child.on('message', (message: ChildMessage) => Object.assign(load, message.load));
  await loader.ready;
  console.log(`  shop   ${gatewayUrl}  (${settings.requestsPerSecond} requests/s; Ctrl-C ends everything)\n`);

  let isTraced = false;
  const endByItself = (): void => {
    if (isTraced) ending.begin();
    else ending.fail('no trace of a checkout was complete before the time of --for was over; that takes some seconds');
  };
  if (settings.forMillis !== undefined) setTimeout(endByItself, settings.forMillis).unref();
  const { id, text } = await firstTrace(pageUrl, startedMicros, ending.signal, process.stdout.isTTY);
  isTraced = true;
  console.log(`${text}\n\n  this trace   ${pageUrl}/trace/${id}`);
}

/**
 * Those that call end before those that are called, the collector last: so every span finds its way. The collector has
 * what is left of the time, which is more than the second and a half that it gives to requests under way.
 */
async function stop(group: ProcessGroup, ending: Ending): Promise<string[]> {
  const troubles = await stopServices(group);
  return [...troubles, ...(await group.stop([...foundation, 'collector'], ending.leftMillis))];
}
