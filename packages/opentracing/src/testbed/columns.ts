import type { Kit } from './kit.ts';
import { asyncContextKit } from './kits/async-context.ts';
import { asyncLocalStorageKit } from './kits/async-local-storage.ts';
import { coroutineKit } from './kits/coroutine.ts';
import { effectKit, type EffectModule } from './kits/effect.ts';
import { syncStackKit } from './kits/sync-stack.ts';
import { zoneKit } from './kits/zone.ts';

/** A column of the command's table. */
export interface Column {
  readonly name: string;
  /** Makes the kit. Rejects when the library that it needs is not installed. */
  load(): Promise<Kit>;
  /** The library changes the globals of the process: runs in one of its own. */
  readonly changesGlobals?: boolean;
}

interface Effect4Fiber {
  getCurrent(): object | undefined;
}

interface Effect3Fiber {
  getCurrentFiber(): unknown;
}

interface Effect3Option {
  getOrUndefined(option: unknown): object | undefined;
}

async function loadEffect4(): Promise<Kit> {
  const Effect = await library<EffectModule>('effect/Effect');
  const Fiber = await library<Effect4Fiber>('effect/Fiber');
  return effectKit('effect', { Effect, currentFiber: () => Fiber.getCurrent() });
}

async function loadEffect3(): Promise<Kit> {
  const Effect = await library<EffectModule>('effect-3/Effect');
  const Fiber = await library<Effect3Fiber>('effect-3/Fiber');
  const Option = await library<Effect3Option>('effect-3/Option');
  return effectKit('effect-3', { Effect, currentFiber: () => Option.getOrUndefined(Fiber.getCurrentFiber()) });
}

async function loadZone(): Promise<Kit> {
  await library('zone.js/node');
  return zoneKit;
}

/** By a name that bundlers do not follow: libraries that are installed only where this is developed. */
async function library<T>(specifier: string): Promise<T> {
  return (await import(/* @vite-ignore */ specifier)) as T;
}

/** All scope managers, in the order of the table. */
export const columns: readonly Column[] = [
  { name: 'sync-stack', load: async () => syncStackKit },
  { name: 'async-local-storage', load: async () => asyncLocalStorageKit },
  { name: 'async-context', load: async () => asyncContextKit },
  { name: 'zone', load: loadZone, changesGlobals: true },
  { name: 'coroutine', load: async () => coroutineKit },
  { name: 'effect', load: loadEffect4 },
  { name: 'effect-3', load: loadEffect3 },
];
