import { SpanKind } from '@spanwise/wire/span-record';
import { callsFacts } from './calls-facts.ts';
import { DatabaseRoundTrips } from './database-round-trips.ts';
import type { FindingFacts } from './finding.ts';
import { loopBlocks } from './loop-blocks.ts';
import { Releases } from './releases.ts';
import { RoomBeside } from './room-beside.ts';
import { lockTimedOut } from './span-failures.ts';
import { sumNanos, union, unionNanos, without } from './stretch.ts';
import type { Stretch } from './stretch.ts';
import { numberTag, textTag } from './tag-of.ts';
import type { Draft, DraftOf, TraceEvidence } from './trace-evidence.ts';
import { isConnectionWait, isLockWait } from './wait-names.ts';
import { leastMillis } from './warm-up.ts';

type WaitsFor = FindingFacts['lock-wait']['waitsFor'];

interface LockWait extends Stretch {
  readonly index: number;
  readonly waitsFor: WaitsFor;
  /** The statement that ended the wait; -1 where the trace does not show it. */
  readonly release: number;
}

/**
 * Waits that a span shows by what it is: one that gets a connection or a lock; a statement that does no work by itself, such as `BEGIN`,
 * or asks for locks; one that the database refused because of a lock; one with `db.pool.wait_ms` or `db.lock.wait_ms`. And statements
 * that began while another request's transaction was open in the same database and ended with its `COMMIT`. A slow statement is none of
 * them. Like spans count as one finding.
 */
export function detectLockWaits(trace: TraceEvidence): Draft[] {
  const releases = new Releases(trace);
  const roundTrips = new DatabaseRoundTrips(trace);
  const groups = new Map<number, LockWait[]>();
  for (let index = 0; index < trace.tree.spans.length; index++) {
    const wait = waitOf(trace, index, releases, roundTrips);
    if (wait === undefined || trace.isInnerCall[index] === 1) continue;
    const key = trace.pair(trace.top[index]!, trace.calls.likeness(index));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [wait]);
    else group.push(wait);
  }
  return Array.from(groups.values(), (group) => draftOf(trace, group));
}

function waitOf(
  trace: TraceEvidence,
  index: number,
  releases: Releases,
  roundTrips: DatabaseRoundTrips,
): LockWait | undefined {
  const least = trace.limits.lockWaitMs * 1e6;
  const whole = trace.stretch(index);
  const refused = lockTimedOut(trace.tree.spans[index]!);
  const told = toldWait(trace, index);
  if (told !== undefined && told.nanos >= told.leastMillis * 1e6 && told.nanos > 0)
    return {
      index,
      release: -1,
      waitsFor: told.waitsFor,
      start: whole.start,
      end: Math.min(whole.end, whole.start + told.nanos),
    };
  if (whole.end - whole.start < least && !refused) return undefined;
  const release = releases.endingWith(index);
  if (release !== undefined && Math.min(whole.end, trace.stretch(release.end).end) - whole.start >= least)
    return { index, release: release.end, waitsFor: 'transaction', ...whole };
  if (refused) return { index, release: -1, waitsFor: 'lock', ...whole };
  const waitsFor = waitsByNature(trace, index);
  if (waitsFor === undefined || !isPlainlyLong(trace, index, whole, roundTrips)) return undefined;
  return { index, release: -1, waitsFor, ...whole };
}

/**
 * The wait may have been over before its process came to see it: what its own loop was blocked for does not count. Neither does the way
 * to a database that is far away.
 */
function isPlainlyLong(trace: TraceEvidence, index: number, whole: Stretch, roundTrips: DatabaseRoundTrips): boolean {
  const least = leastMillis(trace, index, trace.limits.plainWaitMs) * 1e6;
  if (whole.end - whole.start - roundTrips.nanos(index) < least) return false;
  return sumNanos(without(whole, union(loopBlocks(trace, trace.entry[index]!)))) >= least;
}

function toldWait(trace: TraceEvidence, index: number): ToldWait | undefined {
  const span = trace.tree.spans[index]!;
  if (span.attributes.length === 0) return undefined;
  const { lockWaitMs } = trace.limits;
  const lock = numberTag(span, 'lockWaitMillis');
  if (lock !== undefined) return { nanos: lock * 1e6, leastMillis: lockWaitMs, waitsFor: 'lock' };
  const pool = numberTag(span, 'poolWaitMillis');
  if (pool === undefined) return undefined;
  return { nanos: pool * 1e6, leastMillis: leastMillis(trace, index, lockWaitMs), waitsFor: 'connection' };
}

interface ToldWait {
  readonly nanos: number;
  /** From how many milliseconds on it counts. */
  readonly leastMillis: number;
  readonly waitsFor: WaitsFor;
}

function waitsByNature({ tree, calls }: TraceEvidence, index: number): WaitsFor | undefined {
  const call = calls.at(index);
  if (call?.protocol === 'database') {
    if (call.target.locks) return 'lock';
    return call.target.control === 'begin' || call.target.control === 'other' ? 'connection' : undefined;
  }
  const { kind, name } = tree.spans[index]!;
  if (call?.protocol === 'http' || kind === SpanKind.server || kind === SpanKind.consumer) return undefined;
  // What is asked of another service says what it does, not what the caller waits for.
  if (textTag(tree.spans[index]!, 'rpcMethod') !== '') return undefined;
  if (isConnectionWait(name)) return 'connection';
  return isLockWait(name) ? 'lock' : undefined;
}

function draftOf(trace: TraceEvidence, waits: readonly LockWait[]): DraftOf<'lock-wait'> {
  const group = waits.map(({ index }) => index);
  const { release, waitsFor } = waits.find((wait) => wait.release !== -1) ?? waits[0]!;
  const onPath = waits.map((wait) => trace.path.windowWithin(wait.index, wait));
  const pathNanos = sumNanos(union(onPath));
  const room = new RoomBeside(trace, group);
  const savable = onPath.map(({ start, end }, at) => ({ start, end: Math.min(end, start + room.nanos(group[at]!)) }));
  const held = waits.flatMap((wait) => (wait.release === -1 ? [] : [wait.release]));
  trace.explain(onPath);
  return {
    kind: 'lock-wait',
    root: trace.top[group[0]!]!,
    subject: group[0]!,
    evidence: [...new Set([...group, ...held])].sort((left, right) => left - right),
    savableNanos: sumNanos(union(savable)),
    savableHow: 'whole-wait',
    pathNanos,
    facts: {
      ...callsFacts(trace, group),
      totalNanos: unionNanos(waits),
      longestNanos: waits.reduce((longest, { start, end }) => Math.max(longest, end - start), 0),
      waitsFor,
      holderName: release === -1 ? '' : trace.name(trace.entry[release]!),
    },
  };
}
