import { type AsyncHook, createHook, executionAsyncId } from 'node:async_hooks';

import type { CauseTracker, Loss, Origin, Surroundings } from './debug-causes.ts';
import { type Moment, Moments, type Run } from './debug-moments.ts';
import type { Opening } from './debug-opening.ts';
import { applicationStackOrNone, deepError, type Stacked } from './debug-stack.ts';
import { Past } from './debug-waits.ts';

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
 * was lost, and keeps quiet about roots for which nothing says so: `ScopeDebugger.watch` has what it finds and what not.
 * Takes a stack for every promise of the process: for
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
  private readonly notes: BoundedMap<number, Note>;
  private readonly resolutions: BoundedMap<number, Resolution>;
  /** Those that this process has opened. Apart, because they live longer than the rest is remembered. */
  private readonly connections: BoundedMap<number, Note>;
  /** The same of other handles on which answers come. */
  private readonly handles: BoundedMap<number, Handle>;
  /** Roots that will have been lost if what they run in settles a promise of an open scope. By {@link momentOf}. */
  private readonly suspicions: BoundedMap<string, Suspicion[]>;
  private openings: WeakMap<Opening, Moment> = new WeakMap();
  private closings: WeakMap<Opening, Moment> = new WeakMap();
  private moments: Moments = new Moments();
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
    this.handles = new BoundedMap(limit);
    this.suspicions = new BoundedMap(limit);
  }

  /** @internal */
  start(surroundings: Surroundings): void {
    if (this.hook !== undefined) {
      throw new Error(
        'AsyncCauses: another ScopeDebugger has this one; give each its own, { causes: new AsyncCauses() }',
      );
    }
    this.surroundings = surroundings;
    this.moments = new Moments();
    this.hook = createHook({
      init: (asyncId, type, triggerId, resource) => this.scheduled(asyncId, type, triggerId, resource),
      before: (asyncId) => this.begins(asyncId),
      after: (asyncId) => this.moments.ends(asyncId),
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
    this.handles.clear();
    this.suspicions.clear();
    this.openings = new WeakMap();
    this.closings = new WeakMap();
  }

  /** @internal */
  isDetached(): boolean {
    return this.noteOf(executionAsyncId())?.detached ?? false;
  }

  /** @internal */
  opened(opening: Opening): void {
    if (this.hook !== undefined) this.openings.set(opening, this.moments.now());
  }

  /** @internal */
  closed(opening: Opening): void {
    if (this.hook !== undefined) this.closings.set(opening, this.moments.now());
  }

  /** @internal */
  origin(): Origin | null {
    const asyncId = executionAsyncId();
    const note = this.noteOf(asyncId);
    if (note === undefined) return null;
    const { type, error } = note;
    return {
      type,
      scheduledAt: applicationStackOrNone(error),
      answers: this.isAnswer(asyncId),
      loss: this.loss(note, this.past()),
    };
  }

  /** @internal */
  onProof(tell: (loss: Loss) => void): void {
    const asyncId = executionAsyncId();
    const woken = this.wokenUnder(this.noteOf(asyncId));
    const handle = woken === null ? this.handleOf(asyncId) : undefined;
    if (woken === null && handle === undefined) return;
    const moment = momentOf(asyncId, this.callsOf(asyncId));
    const others = this.suspicions.get(moment) ?? [];
    this.suspicions.set(moment, [...others, { woken, handleType: handle?.note.type ?? '', tell }]);
  }

  private scheduled(asyncId: number, type: string, triggerId: number, resource: object): void {
    const opening = this.surroundings?.active() ?? null;
    const executionId = executionAsyncId();
    const detached = opening === null && this.isDetachedHere();
    const error = deepError(AsyncCauses.prototype.scheduled);
    const interval = isInterval(type, resource);
    const calls = this.callsOf(executionId);
    const begunLate = this.notes.get(executionId)?.late ?? false;
    const note: Note = {
      type,
      interval,
      error,
      opening,
      triggerId,
      executionId,
      begun: this.moments.now(),
      calls,
      late: true,
      begunLate,
      detached,
    };
    this.notes.set(asyncId, note);
    if (brings.has(type) && !accepts.has(this.noteOf(triggerId)?.type ?? '')) {
      this.handles.set(asyncId, { note, calls: 0 });
    }
    // Told of whoever connects, and of nobody who is connected to.
    const connecting = connects.has(type) ? this.notes.get(triggerId) : undefined;
    if (connecting !== undefined) this.connections.set(triggerId, connecting);
  }

  private noteOf(asyncId: number): Note | undefined {
    return this.notes.get(asyncId) ?? this.connections.get(asyncId) ?? this.handles.get(asyncId)?.note;
  }

  /** A handle calls back many times, and each is a piece of work of its own; what else there is runs once. */
  private begins(asyncId: number): void {
    const handle = this.handles.get(asyncId);
    if (handle !== undefined) handle.calls++;
    const note = this.notes.get(asyncId);
    if (note !== undefined) note.late = note.opening?.closed === true;
    this.moments.begins(asyncId, byThemselves.has(note?.type ?? ''));
  }

  private callsOf(asyncId: number): number {
    return this.handles.get(asyncId)?.calls ?? 0;
  }

  private isDetachedHere(): boolean {
    return this.surroundings?.detached() === true || this.isDetached();
  }

  private resolved(asyncId: number): void {
    // Told twice of a promise that is resolved with another: the second time is when that one is.
    const opening = this.surroundings?.active() ?? null;
    const error = opening === null ? null : deepError(AsyncCauses.prototype.resolved);
    const executionId = executionAsyncId();
    this.resolutions.set(asyncId, { opening, error, executionId, moment: this.moments.now() });
    const settled = this.notes.get(asyncId);
    // Not what is settled in the scope itself: who asks a generator for its next value runs it so, and has not lost it.
    if (settled?.opening?.closed === false && settled.opening !== opening)
      this.prove(settled, settled.opening, executionId);
  }

  /** Tells the suspicions of what runs now, and of what it was begun in. */
  private prove({ type, error }: Note, opening: Opening, executionId: number): void {
    let calls = this.callsOf(executionId);
    for (let step = 0; step < maxSteps && this.suspicions.size > 0; step++) {
      const moment = momentOf(executionId, calls);
      const suspicions = this.suspicions.get(moment) ?? [];
      const proven = suspicions.filter(({ woken }) => woken === null || isOfTrace(woken.opening, opening));
      if (proven.length > 0) {
        const left = suspicions.filter((suspicion) => !proven.includes(suspicion));
        if (left.length > 0) this.suspicions.set(moment, left);
        else this.suspicions.delete(moment);
        for (const { woken, handleType, tell } of proven) {
          tell(woken ?? lossOf('settled', handleType === '' ? type : handleType, opening, error));
        }
      }
      const note = this.noteOf(executionId);
      if (note === undefined || goesOnByItself(note) || isOfTheClock(note)) return;
      ({ executionId, calls } = note);
    }
  }

  private loss(note: Note, past: Past): Loss | null {
    return this.scheduledUnder(note, note.late, past) ?? this.wokenUnder(note) ?? this.begunUnder(note, past);
  }

  /** Of what runs now. */
  private past(): Past {
    const { runs } = this.moments.now();
    return new Past(runs.at(-1) as Run, {
      noteOf: (asyncId) => this.noteOf(asyncId),
      resolvedAt: (asyncId) => this.resolutions.get(asyncId)?.moment,
    });
  }

  /**
   * What ran in time had its scope, and may have closed it by itself: `late` is of the call that is asked about. And what
   * runs now may have waited for what closed the scope: a function that opens one has it open for its caller too, until
   * its end.
   */
  private scheduledUnder({ type, interval, opening, error }: Note, late: boolean, past: Past): Loss | null {
    if (!late || opening === null || goesOnByItself({ type, interval })) return null;
    const closed = this.closings.get(opening);
    if (closed !== undefined && past.hasWaitedForClose({ opened: this.openings.get(opening), closed })) {
      return null;
    }
    return lossOf('scheduled', type, opening, error);
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

  /** Follows what was begun in what, to a handle on which answers come. */
  private handleOf(asyncId: number): Handle | undefined {
    for (let step = 0; step < maxSteps; step++) {
      const handle = this.handles.get(asyncId);
      if (handle !== undefined) return handle;
      const note = this.notes.get(asyncId);
      if (note === undefined || goesOnByItself(note) || isOfTheClock(note)) return undefined;
      asyncId = note.executionId;
    }
    return undefined;
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
  private begunUnder(note: Note | undefined, past: Past): Loss | null {
    let late = note?.late ?? false;
    for (let step = 0; note !== undefined && !goesOnByItself(note) && step < maxSteps; step++) {
      const loss = this.scheduledUnder(note, late, past);
      if (loss !== null) return loss;
      late = note.begunLate;
      note = this.notes.get(note.executionId);
    }
    return null;
  }
}

const maxSteps = 200;
const connects: ReadonlySet<string> = new Set(['TCPCONNECTWRAP', 'PIPECONNECTWRAP']);
/** Answers come on these as well as what the other side sends by itself. A worker's, a child's, a channel's, of UDP. */
const brings: ReadonlySet<string> = new Set(['MESSAGEPORT', 'PIPEWRAP', 'UDPWRAP', 'WORKER']);
/** But for what one of these has accepted. */
const accepts: ReadonlySet<string> = new Set(['PIPESERVERWRAP', 'TCPSERVERWRAP']);
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

/** What runs only when all else has returned. */
const byThemselves: ReadonlySet<string> = new Set(['Immediate', 'PROMISE', 'TickObject', 'Timeout']);

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
  /** The same, with when. */
  begun: Moment;
  /** In which of its calls, where that is a handle. */
  calls: number;
  /** Whether that scope was closed already when it ran, the latest time. */
  late: boolean;
  /** The same of what it was begun in, then. */
  begunLate: boolean;
  detached: boolean;
}

/** On which answers come. */
interface Handle {
  note: Note;
  /** How often it has called back. */
  calls: number;
}

/** A root that may have been lost. */
interface Suspicion {
  /** Where what it runs in was woken, if that was under a span; else it came on a handle. */
  woken: Loss | null;
  handleType: string;
  tell: (loss: Loss) => void;
}

/** The moment in which a promise was resolved. */
interface Resolution {
  /** What was active. */
  opening: Opening | null;
  /** Has the stack; only where something was active. */
  error: Stacked | null;
  /** In what that happened. */
  executionId: number;
  /** The same, with when. */
  moment: Moment;
}

/** An interval, a server, a socket: what was active when one was begun says nothing of what runs in it. */
function goesOnByItself({ type, interval }: Pick<Note, 'type' | 'interval'>): boolean {
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

/** Tells the pieces of work of one handle from each other. */
function momentOf(executionId: number, calls: number): string {
  return `${executionId}:${calls}`;
}

/** Work may be handed over under another span of the trace than the one that waits for it. */
function isOfTrace(one: Opening, other: Opening): boolean {
  return one === other || (one.traceId !== '' && one.traceId === other.traceId);
}

function lossOf(how: Loss['how'], type: string, opening: Opening, error: Stacked): Loss {
  return { how, type, opening, at: applicationStackOrNone(error) };
}

/** Forgets the key that was first set the longest time ago. */
class BoundedMap<K, V> extends Map<K, V> {
  private readonly limit: number;

  constructor(limit: number) {
    super();
    this.limit = limit;
  }

  override set(key: K, value: V): this {
    super.set(key, value);
    if (this.size > this.limit) this.delete(this.keys().next().value as K);
    return this;
  }
}
