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
  /** Makes the kit. Rejects with a {@link MissingLibrary} when what it needs is not installed. */
  load(): Promise<Kit>;
  /** The library changes the globals of the process: runs in one of its own. */
  readonly changesGlobals?: boolean;
}

/** A library that a column needs is not installed. The message says which, and how to get it. */
export class MissingLibrary extends Error {}

interface Effect4Fiber {
  getCurrent?(): object | undefined;
}

interface Effect3Fiber {
  getCurrentFiber(): unknown;
}

interface Effect3Option {
  getOrUndefined(option: unknown): object | undefined;
}

async function loadEffect4(): Promise<Kit> {
  const Effect = await library<EffectModule>('effect/Effect', 'effect@4');
  const Fiber = await library<Effect4Fiber>('effect/Fiber', 'effect@4');
  if (Fiber.getCurrent === undefined) throw new MissingLibrary('the effect that is installed is not effect 4');
  return effectKit('effect', { Effect, currentFiber: () => Fiber.getCurrent?.() });
}

async function loadEffect3(): Promise<Kit> {
  const wanted = 'effect-3@npm:effect@3';
  const Effect = await library<EffectModule>('effect-3/Effect', wanted);
  const Fiber = await library<Effect3Fiber>('effect-3/Fiber', wanted);
  const Option = await library<Effect3Option>('effect-3/Option', wanted);
  return effectKit('effect-3', { Effect, currentFiber: () => Option.getOrUndefined(Fiber.getCurrentFiber()) });
}

async function loadZone(): Promise<Kit> {
  await library('zone.js/node', 'zone.js');
  return zoneKit;
}

/**
 * By a name that bundlers do not follow: libraries that are installed only where this is developed, or somebody wants the
 * column.
 *
 * @param wanted what to give to `npm install`
 */
async function library<T>(specifier: string, wanted: string): Promise<T> {
  try {
    return (await import(/* @vite-ignore */ specifier)) as T;
  } catch (error) {
    const name = specifier.split('/', 1)[0] as string;
    if (!isNotFound(error, name)) throw error;
    throw new MissingLibrary(`${name} is not installed (npm install --no-save ${wanted})`, { cause: error });
  }
}

/** Not what fails within the library, such as a package that it misses in its turn. */
function isNotFound(error: unknown, name: string): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  return isMissing && new RegExp(`['"]${name.replace('.', String.raw`\.`)}['"/]`).test(String(message));
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
