import type { ScopeManagerCapabilities } from '../src/conformance.ts';
import type { ScopeManager } from '../src/contract.ts';
import { AsyncLocalStorageScopeManager } from '../src/scope-managers/async-local-storage.ts';
import { CoroutineScopeManager } from '../src/scope-managers/coroutine.ts';
import { SyncStackScopeManager } from '../src/scope-managers/sync-stack.ts';
import { ZoneScopeManager } from '../src/scope-managers/zone.ts';
import { asyncFunctionTasks, because, inContextsOfTheirOwn, type Kit, type Rig } from '../src/testbed/index.ts';
import { asyncContextKit } from '../src/testbed/kits/async-context.ts';
import { asyncLocalStorageKit } from '../src/testbed/kits/async-local-storage.ts';
import { coroutineKit } from '../src/testbed/kits/coroutine.ts';
import { syncStackKit } from '../src/testbed/kits/sync-stack.ts';

// True where bundle.mjs lets `node:` imports through. A constant, so that in a browser's bundle a manager that needs
// one is dead code and its import goes with it: write `create: NODE_BUILTINS ? () => … : absent`.
declare const NODE_BUILTINS: boolean;

/** A scope manager that each runtime of the matrix runs, where it can have it. */
export interface MatrixManager {
  /** The column's name. */
  name: string;
  /** A feature test: why this runtime cannot have the manager, `undefined` when it can. Absent: everybody can. */
  needs?: () => string | undefined;
  /** Runs before each case, for what must be loaded late because it changes the platform: zone.js. Put these last. */
  prepare?: () => Promise<unknown>;
  create: () => ScopeManager;
  /** What it cannot do, here; must not be asked where it is not available. */
  capabilities?: () => ScopeManagerCapabilities;
  /** How the testbed runs with it; not there: it does not. */
  testbed?: () => Kit;
}

/** All of them, in the order of the columns. */
export const managers: MatrixManager[] = [
  {
    name: 'AsyncLocalStorage',
    needs: asyncLocalStorage,
    create: NODE_BUILTINS ? () => new AsyncLocalStorageScopeManager() : absent,
    capabilities: NODE_BUILTINS
      ? () => ({ isolatedActivation: new AsyncLocalStorageScopeManager().isolatedActivation })
      : absent,
    testbed: NODE_BUILTINS ? asyncLocalStorageTestbed : absent,
  },
  {
    name: 'sync stack',
    create: () => new SyncStackScopeManager(),
    capabilities: () => ({ asynchronous: false }),
    testbed: () => syncStackKit,
  },
  {
    name: 'coroutine',
    create: () => new CoroutineScopeManager(),
    capabilities: () => ({ asynchronous: false }),
    testbed: () => coroutineKit,
  },
  {
    name: 'zone.js',
    create: () => new ZoneScopeManager(),
    prepare: () => import('zone.js'),
    capabilities: () => ({ nativeAwait: false, nextTick: false, isolatedActivation: false, dispatcherEvents: false }),
  },
];

/** The testbed as the runtime's AsyncLocalStorage is; each exception is tried, and has to fail with it alone too. */
function asyncLocalStorageTestbed(): Kit {
  if (!new AsyncLocalStorageScopeManager().isolatedActivation) {
    const rig = (): Rig => {
      const manager = new AsyncLocalStorageScopeManager();
      return { manager, tasks: inContextsOfTheirOwn(manager, asyncFunctionTasks) };
    };
    return { ...asyncContextKit, name: asyncLocalStorageKit.name, rig };
  }
  if (!('Bun' in globalThis)) return asyncLocalStorageKit;
  return { ...asyncLocalStorageKit, impossible: because('Bun runs ports outside of it', 'timers: message_port') };
}

function asyncLocalStorage(): string | undefined {
  return NODE_BUILTINS ? undefined : 'no node:async_hooks';
}

function absent(): never {
  throw new Error('this runtime has no such manager: its `needs` should have said so');
}
