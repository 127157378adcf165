import { type AsyncHook, createHook, executionAsyncId } from 'node:async_hooks';

import type { CauseTracker, Loss, Origin, Surroundings } from './debug-causes.ts';
import type { Opening } from './debug-opening.ts';
import { applicationStack, deepError, type Stacked } from './debug-stack.ts';

/* oxlint-disable typescript/unbound-method -- named for the engine to cut stacks at, never called */

/** How much {@link AsyncCauses} remembers. */
export interface AsyncCausesOptions {
  /**
   * For how many asynchronous resources (promises, timers, sockets, …) to keep where they came from; the oldest are
   * forgotten. A resource takes about 2 KB. Default 20,000.
   */
  limit?: number;
}

/**
 * Notes where asynchronous work is scheduled, with `node:async_hooks`, so that a `ScopeDebugger` can tell where context
 * was lost, and keeps quiet about roots for which nothing says so. Takes a stack for every promise of the process: for
 * finding a fault, not for production.
 *
 * For one `ScopeDebugger` at a time: `watch` of a second one throws while the first watches.
 *
 * Holds the functions on these stacks, and what they hold, until it forgets them: scopes that were never closed are
 * reported as garbage later than without.
 *
 * ```ts
 * const scopeDebugger = new ScopeDebugger({ causes: new AsyncCauses() });
 * ```
 */
export class AsyncCauses implements CauseTracker {
  private readonly notes: BoundedMap<Note>;
  private readonly resolutions: BoundedMap<Resolution>;
  /** Those that this process has opened. Apart, because they live longer than the rest is remembered. */
  private readonly connections: BoundedMap<Note>;
  private hook: AsyncHook | undefined;
  private surroundings: Surroundings | undefined;

  /** @throws RangeError when `limit` is not a positive integer */
  constructor({ limit = 20_000 }: AsyncCausesOptions = {}) {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new RangeError(`AsyncCauses: limit must be a positive integer, was ${limit}`);
    }
    this.notes = new BoundedMap(limit);
    this.resolutions = new BoundedMap(limit);
    this.connections = new BoundedMap(limit);
  }

  /** @internal */
  start(surroundings: Surroundings): void {
    if (this.hook !== undefined) {
      throw new Error(
        'AsyncCauses: another ScopeDebugger has this one; give each its own, { causes: new AsyncCauses() }',
      );
    }
    this.surroundings = surroundings;
    this.hook = createHook({
      init: (asyncId, type, triggerId, resource) => this.scheduled(asyncId, type, triggerId, resource),
      promiseResolve: (asyncId) => this.resolved(asyncId),
    }).enable();
  }

  /** @internal */
  stop(): void {
    this.hook?.disable();
    this.hook = undefined;
    this.surroundings = undefined;
    this.notes.clear();
    this.resolutions.clear();
    this.connections.clear();
  }

  /** @internal */
  isDetached(): boolean {
    return this.noteOf(executionAsyncId())?.detached ?? false;
  }

  /** @internal */
  origin(): Origin | null {
    const asyncId = executionAsyncId();
    const note = this.noteOf(asyncId);
    if (note === undefined) return null;
    const { type, error } = note;
    return { type, scheduledAt: applicationStack(error), answers: this.isAnswer(asyncId), loss: this.loss(note) };
  }

  private scheduled(asyncId: number, type: string, triggerId: number, resource: object): void {
    const opening = this.surroundings?.active() ?? null;
    const executionId = executionAsyncId();
    const detached = opening === null && this.isDetachedHere();
    const error = deepError(AsyncCauses.prototype.scheduled);
    const interval = isInterval(type, resource);
    this.notes.set(asyncId, { type, interval, error, opening, triggerId, executionId, detached });
    // Told of whoever connects, and of nobody who is connected to.
    const connecting = connects.has(type) ? this.notes.get(triggerId) : undefined;
    if (connecting !== undefined) this.connections.set(triggerId, connecting);
  }

  private noteOf(asyncId: number): Note | undefined {
    return this.notes.get(asyncId) ?? this.connections.get(asyncId);
  }

  private isDetachedHere(): boolean {
    return this.surroundings?.detached() === true || this.isDetached();
  }

  private resolved(asyncId: number): void {
    // Told twice of a promise that is resolved with another: the second time is when that one is.
    const opening = this.surroundings?.active() ?? null;
    const error = opening === null ? null : deepError(AsyncCauses.prototype.resolved);
    this.resolutions.set(asyncId, { opening, error, executionId: executionAsyncId() });
  }

  private loss(note: Note): Loss | null {
    return scheduledUnder(note) ?? this.wokenUnder(note) ?? this.begunUnder(note);
  }

  /** Follows what was begun in what, to a connection. */
  private isAnswer(asyncId: number): boolean {
    for (let step = 0; step < maxSteps; step++) {
      if (this.connections.has(asyncId)) return true;
      const note = this.notes.get(asyncId);
      if (note === undefined || goesOnByItself(note) || isOfTheClock(note)) return false;
      asyncId = note.executionId;
    }
    return false;
  }

  /** Follows what was waited for: a promise, resolved in work that waited for a promise, and so on. */
  private wokenUnder(note: Note | undefined): Loss | null {
    for (let step = 0; note !== undefined && step < maxSteps; step++) {
      if (goesOnByItself(note) || isOfTheClock(note)) return null;
      if (note.type !== 'PROMISE') {
        note = this.notes.get(note.executionId);
        continue;
      }
      const resolution = this.resolutions.get(note.triggerId);
      if (resolution === undefined) return null;
      const { opening, error, executionId } = resolution;
      if (opening !== null && error !== null) return lossOf('resolved', note.type, opening, error);
      note = this.notes.get(executionId);
    }
    return null;
  }

  /** Follows what was begun in what. */
  private begunUnder(note: Note | undefined): Loss | null {
    for (let step = 0; note !== undefined && !goesOnByItself(note) && step < maxSteps; step++) {
      const loss = scheduledUnder(note);
      if (loss !== null) return loss;
      note = this.notes.get(note.executionId);
    }
    return null;
  }
}

const maxSteps = 200;
const connects: ReadonlySet<string> = new Set(['TCPCONNECTWRAP', 'PIPECONNECTWRAP']);
/** Callbacks run in these for as long as they are open. Not among them: what is asked of one, and answered once. */
const livesOn: ReadonlySet<string> = new Set([
  'FSEVENTWRAP',
  'HTTP2SESSION',
  'HTTPINCOMINGMESSAGE',
  'JSSTREAM',
  'JSUDPWRAP',
  'MESSAGEPORT',
  'PIPESERVERWRAP',
  'PIPEWRAP',
  'QUIC_ENDPOINT',
  'QUIC_SESSION',
  'SIGNALWRAP',
  'STATWATCHER',
  'TCPSERVERWRAP',
  'TCPWRAP',
  'TLSWRAP',
  'TTYWRAP',
  'UDPWRAP',
  'WORKER',
]);

/** Something asynchronous, at the time when it was scheduled. */
interface Note {
  type: string;
  interval: boolean;
  error: Stacked;
  /** What was active. */
  opening: Opening | null;
  /** What it waits for, when it is a promise. */
  triggerId: number;
  /** In what it was begun. */
  executionId: number;
  detached: boolean;
}

/** The moment in which a promise was resolved. */
interface Resolution {
  /** What was active. */
  opening: Opening | null;
  /** Has the stack; only where something was active. */
  error: Stacked | null;
  /** In what that happened. */
  executionId: number;
}

/** An interval, a server, a socket: what was active when one was begun says nothing of what runs in it. */
function goesOnByItself({ type, interval }: Note): boolean {
  return interval || livesOn.has(type);
}

/** Nobody wakes a timer, and its job is not what came on a connection: also one that runs once ends these trails. */
function isOfTheClock({ type }: Note): boolean {
  return type === 'Timeout';
}

/** By a field that Node does not document; without it an interval counts as a timer that runs once. */
function isInterval(type: string, resource: object): boolean {
  return type === 'Timeout' && typeof (resource as { _repeat?: unknown })._repeat === 'number';
}

function scheduledUnder(note: Note): Loss | null {
  const { type, opening, error } = note;
  return opening === null || goesOnByItself(note) ? null : lossOf('scheduled', type, opening, error);
}

function lossOf(how: Loss['how'], type: string, opening: Opening, error: Stacked): Loss {
  return { how, type, opening, at: applicationStack(error) };
}

/** Forgets the key that was first set the longest time ago. */
class BoundedMap<V> extends Map<number, V> {
  private readonly limit: number;

  constructor(limit: number) {
    super();
    this.limit = limit;
  }

  override set(key: number, value: V): this {
    super.set(key, value);
    if (this.size > this.limit) this.delete(this.keys().next().value as number);
    return this;
  }
}
