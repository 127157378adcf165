import {
  linkSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

import { fileMode } from './directory-sync.ts';
import { errorCode } from './storage-failure.ts';

/** Locks that this process holds, by real path. */
const held = new Set<string>();

const beatMillis = 2000;
/** Without a beat for so long, an owner that cannot be seen from here is taken for gone. */
const staleMillis = 10_000;
/** A beat so long ago is no beat, however much the clocks of two machines differ. */
const longAgoMillis = 60_000;
const lookMillis = 250;

interface Owner {
  readonly pid: number;
  /** When the process started, in the system's own unit; empty where it cannot be told. */
  readonly started: string;
  /** Within which process ids mean the same: machine, its start, and namespace. Empty where it cannot be told. */
  readonly scope: string;
}

/** How time passes; for tests. */
export interface LockClock {
  /** Never goes backwards. */
  readonly elapsedMillis: () => number;
  readonly wait: (millis: number) => Promise<void>;
  /** Calls `run` again and again; what it answers ends that. */
  readonly every: (millis: number, run: () => void) => () => void;
}

/** The clock of the machine. */
export const realClock: LockClock = {
  elapsedMillis: () => performance.now(),
  wait: (millis) => new Promise((resolve) => setTimeout(resolve, millis)),
  every: (millis, run) => {
    const timer = setInterval(run, millis);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/**
 * Keeps a second process out of a data directory.
 *
 * An owner whose process ids we see is asked for directly, so that a start after `kill -9` does not wait. Another one (in
 * a container with its own process ids, or on another machine with the same volume) shows by touching the file that it
 * lives.
 */
export class DirectoryLock {
  readonly #file: string;
  readonly #own = JSON.stringify(ourselves());
  readonly #stopHeart: () => void;
  #released = false;
  #onLost: () => void = () => {};

  private constructor(file: string, clock: LockClock) {
    this.#file = file;
    held.add(file);
    this.#stopHeart = clock.every(beatMillis, () => this.#beat());
  }

  /** Whether another process has the lock now. A lock that is gone or cannot be read is nobody's. */
  isLost(): boolean {
    const owner = readOwner(this.#file);
    return owner !== undefined && JSON.stringify(owner) !== this.#own;
  }

  /** Calls back, once, when another process took the lock: this one slept too long, and must write no more. */
  onLost(callback: () => void): void {
    this.#onLost = callback;
  }

  /**
   * Takes the lock, also that of a process which no longer runs; that may take ten seconds where it cannot be seen.
   *
   * @throws when a running process holds it, with its id.
   */
  static async take(file: string, clock: LockClock = realClock): Promise<DirectoryLock> {
    const real = path.join(realpathSync(path.dirname(file)), path.basename(file));
    while (!held.has(real)) {
      if (takeByLink(real)) return new DirectoryLock(real, clock);
      await breakStale(real, clock);
    }
    throw new Error(inUse(real, process.pid));
  }

  /** More than once does no harm. */
  release(): void {
    this.#stopHeart();
    if (this.#released) return;
    this.#released = true;
    if (this.#isOurs()) rmSync(this.#file, { force: true });
    held.delete(this.#file);
  }

  #beat(): void {
    try {
      const now = new Date();
      if (this.#isOurs()) utimesSync(this.#file, now, now);
      else if (this.isLost()) this.#lose();
    } catch {
      // A disk that refuses is told of by what is written to it.
    }
  }

  #lose(): void {
    this.#stopHeart();
    this.#onLost();
  }

  #isOurs(): boolean {
    const owner = readOwner(this.#file);
    return owner !== undefined && JSON.stringify(owner) === this.#own;
  }
}

/** By a link, so that the lock appears with its content or not at all. */
function takeByLink(file: string): boolean {
  const own = `${file}.${process.pid}.${hostname()}`;
  writeFileSync(own, JSON.stringify(ourselves()), { mode: fileMode });
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

async function breakStale(file: string, clock: LockClock): Promise<void> {
  const owner = readOwner(file);
  if (owner !== undefined && (await isAlive(file, owner, clock))) throw new Error(inUse(file, owner.pid));
  const aside = `${file}.stale.${process.pid}.${hostname()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = readOwner(aside);
  // Another process may have taken the lock between the look and the rename: it gets its lock back.
  if (JSON.stringify(moved) === JSON.stringify(owner)) rmSync(aside, { force: true });
  else renameSync(aside, file);
}

async function isAlive(file: string, owner: Owner, clock: LockClock): Promise<boolean> {
  const { scope } = ourselves();
  if (scope !== '' && owner.scope === scope) return isRunning(owner);
  // Without a scope only another process that runs here with that id and start tells anything.
  if (owner.scope === '' && owner.pid !== process.pid) return isRunning(owner);
  return beats(file, clock);
}

/** Watches rather than compares times: the clocks of two machines differ. */
async function beats(file: string, clock: LockClock): Promise<boolean> {
  const first = touchedMillis(file);
  if (first === undefined || Date.now() - first > longAgoMillis) return false;
  const end = clock.elapsedMillis() + staleMillis;
  while (clock.elapsedMillis() < end) {
    await clock.wait(lookMillis);
    const now = touchedMillis(file);
    if (now !== first) return now !== undefined;
  }
  return false;
}

function touchedMillis(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

function inUse(file: string, pid: number): string {
  return `${path.dirname(file)} is in use by process ${pid}; stop it or choose another data directory`;
}

function readOwner(file: string): Owner | undefined {
  try {
    const { pid, started = '', scope = '' } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Owner>;
    return typeof pid === 'number' ? { pid, started, scope } : undefined;
  } catch {
    return undefined;
  }
}

function ourselves(): Owner {
  return { pid: process.pid, started: startOf(process.pid), scope: processScope() };
}

function isRunning({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
  return !isZombie(pid) && (started === '' || started === startOf(pid));
}

/** A process that was killed and not yet reaped still has its id and its start, and holds nothing. */
function isZombie(pid: number): boolean {
  const state = statOf(pid)[0];
  return state === 'Z' || state === 'X';
}

function processScope(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${hostname()} ${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}

/** Field 22 of /proc/PID/stat; empty where it cannot be told. */
function startOf(pid: number): string {
  return statOf(pid)[19] ?? '';
}

/** The fields of /proc/PID/stat from the third, the state, on; the second, the command, may hold spaces and parentheses. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
