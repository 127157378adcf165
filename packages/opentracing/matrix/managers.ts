import type { ScopeManagerCapabilities } from '../src/conformance.ts';
import type { ScopeManager } from '../src/contract.ts';
import { type AsyncContextNamespace, AsyncContextScopeManager } from '../src/scope-managers/async-context.ts';
import { AsyncLocalStorageScopeManager } from '../src/scope-managers/async-local-storage.ts';
import { CoroutineScopeManager } from '../src/scope-managers/coroutine.ts';
import { EffectScopeManager } from '../src/scope-managers/effect.ts';
import { SyncStackScopeManager } from '../src/scope-managers/sync-stack.ts';
import { ZoneScopeManager } from '../src/scope-managers/zone.ts';
import { asyncFunctionTasks, because, inContextsOfTheirOwn, type Kit, type Rig } from '../src/testbed/index.ts';
import { AsyncContext as standIn, asyncContextKit } from '../src/testbed/kits/async-context.ts';
import { asyncLocalStorageKit } from '../src/testbed/kits/async-local-storage.ts';
import { coroutineKit } from '../src/testbed/kits/coroutine.ts';
import { effectKit, type EffectLibrary, type EffectModule } from '../src/testbed/kits/effect.ts';
import { syncStackKit } from '../src/testbed/kits/sync-stack.ts';
import { zoneKit } from '../src/testbed/kits/zone.ts';

// True where bundle.mjs lets `node:` imports through. A constant, so that in a browser's bundle a manager that needs
// one is dead code and its import goes with it: write `load: NODE_BUILTINS ? () => … : absent`.
declare const NODE_BUILTINS: boolean;

/** A scope manager that each runtime of the matrix runs, where it can have it. */
export interface MatrixManager {
  /** The column's name. runner/columns.mjs has all of them, and which runtime may lack one. */
  name: string;
  /** A feature test: why this runtime cannot have the manager, `undefined` when it can. Absent: everybody can. */
  needs?: () => string | undefined;
  /** What the table is to say of it here. */
  note?: () => string | undefined;
  /** Runs before each case, for what must be loaded late because it changes the platform: zone.js. Put these last. */
  prepare?: () => Promise<unknown>;
  /** Gives the manager, with the library that it needs. Not called where it is not available. */
  load: () => LoadedManager | Promise<LoadedManager>;
}

/** A scope manager as it is here. */
export interface LoadedManager {
  create: () => ScopeManager;
  /** What it cannot do, here. Each is tried, and has to fail. */
  capabilities?: ScopeManagerCapabilities;
  /** How the testbed runs with it; not there: it does not. */
  testbed?: Kit;
  /** The scenarios that the library breaks here, each with how. They are not run, and count as absent. */
  broken?: Record<string, string>;
}

/**
 * As all runtimes load the zone.js for browsers. That for Node, `zone.js/node`, is run by the package's own tests:
 * src/testbed/testbed-command.test.ts.
 */
const zoneOfBrowsers: Kit = {
  ...zoneKit,
  impossible: {
    ...without(zoneKit.impossible, 'timers: message_port', 'event_emitter'),
    ...because(
      'zone.js runs each listener of an EventTarget in the zone in which it was added, not in that of who dispatches',
      'event_target',
    ),
    ...because(
      "zone.js for browsers does not patch what is Node's own",
      'timers: next_tick',
      'stream_pipeline',
      'thenable: callbackify',
    ),
  },
};

function without(reasons: Record<string, string> = {}, ...names: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(reasons).filter(([name]) => !names.includes(name)));
}

function brokenByZone(): Record<string, string> {
  if ('Deno' in globalThis) return because("Deno's callbackify takes no promise of zone.js", 'thenable: callbackify');
  if ('Bun' in globalThis || isWorkerd() || !NODE_BUILTINS) return {};
  return because(
    "zone.js for browsers breaks the ports of Node's workers, which ends the process",
    'worker_round_trip',
  );
}

/** All of them, in the order of the columns. */
export const managers: MatrixManager[] = [
  { name: 'AsyncLocalStorage', needs: asyncLocalStorage, load: NODE_BUILTINS ? loadAsyncLocalStorage : absent },
  {
    name: 'AsyncContext',
    needs: asyncContext,
    note: () => (asyncContextOfPlatform() === undefined ? 'over AsyncLocalStorage' : undefined),
    load: NODE_BUILTINS ? loadAsyncContext : loadAsyncContextOfPlatform,
  },
  {
    name: 'sync stack',
    load: () => ({
      create: () => new SyncStackScopeManager(),
      capabilities: { asynchronous: false },
      testbed: syncStackKit,
    }),
  },
  {
    name: 'coroutine',
    load: () => ({
      create: () => new CoroutineScopeManager(),
      capabilities: { asynchronous: false },
      testbed: coroutineKit,
    }),
  },
  { name: 'effect 4', load: loadEffect4 },
  { name: 'effect 3', load: loadEffect3 },
  {
    name: 'zone.js',
    prepare: () => import('zone.js'),
    load: () => ({
      create: () => new ZoneScopeManager(),
      capabilities: {
        nativeAwait: false,
        // Others have one of their own, which zone.js for browsers does not know; that of workerd is a microtask.
        nextTick: isWorkerd(),
        isolatedActivation: false,
        dispatcherEvents: false,
      },
      testbed: zoneOfBrowsers,
      broken: brokenByZone(),
    }),
  },
];

function isWorkerd(): boolean {
  return (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent === 'Cloudflare-Workers';
}

function asyncLocalStorage(): string | undefined {
  return NODE_BUILTINS ? undefined : 'no node:async_hooks';
}

function loadAsyncLocalStorage(): LoadedManager {
  const { isolatedActivation } = new AsyncLocalStorageScopeManager();
  return {
    create: () => new AsyncLocalStorageScopeManager(),
    capabilities: { isolatedActivation },
    testbed: asyncLocalStorageTestbed(isolatedActivation),
  };
}

/** The testbed as the runtime's AsyncLocalStorage is; each exception is tried, and has to fail with it alone too. */
function asyncLocalStorageTestbed(isolatedActivation: boolean): Kit {
  if (!isolatedActivation) {
    const rig = (): Rig => {
      const manager = new AsyncLocalStorageScopeManager();
      return { manager, tasks: inContextsOfTheirOwn(manager, asyncFunctionTasks) };
    };
    return { ...asyncContextKit, name: asyncLocalStorageKit.name, rig };
  }
  return onPortsOf(asyncLocalStorageKit);
}

function onPortsOf(kit: Kit): Kit {
  if (!('Bun' in globalThis)) return kit;
  const impossible = { ...kit.impossible, ...because('Bun runs ports outside of it', 'timers: message_port') };
  return { ...kit, impossible };
}

function asyncContextOfPlatform(): AsyncContextNamespace | undefined {
  return (globalThis as { AsyncContext?: AsyncContextNamespace }).AsyncContext;
}

function asyncContext(): string | undefined {
  if (NODE_BUILTINS || asyncContextOfPlatform() !== undefined) return undefined;
  return 'no AsyncContext, and no node:async_hooks to stand in for it';
}

function loadAsyncContext(): LoadedManager {
  return {
    create: () => new AsyncContextScopeManager({ AsyncContext: standIn }),
    capabilities: { isolatedActivation: false },
    testbed: onPortsOf(asyncContextKit),
  };
}

function loadAsyncContextOfPlatform(): LoadedManager {
  return { create: () => new AsyncContextScopeManager(), capabilities: { isolatedActivation: false } };
}

async function loadEffect4(): Promise<LoadedManager> {
  const [Effect, Fiber] = await Promise.all([import('effect/Effect'), import('effect/Fiber')]);
  return effectManager({ Effect, currentFiber: () => Fiber.getCurrent() });
}

async function loadEffect3(): Promise<LoadedManager> {
  const [Effect, Fiber, Option] = await Promise.all([
    import('effect-3/Effect'),
    import('effect-3/Fiber'),
    import('effect-3/Option'),
  ]);
  const currentFiber = (): object | undefined => Option.getOrUndefined(Fiber.getCurrentFiber());
  return effectManager({ Effect: Effect as unknown as EffectModule, currentFiber });
}

function effectManager(library: EffectLibrary): LoadedManager {
  return {
    create: () => new EffectScopeManager(library.currentFiber),
    // The conformance suite runs outside of fibers; the testbed's tasks are fibers.
    capabilities: { asynchronous: false },
    testbed: effectKit('effect', library),
  };
}

function absent(): never {
  throw new Error('this runtime has no such manager: its `needs` should have said so');
}
