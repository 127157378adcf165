import { linkSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Locks that this process holds, by real path: a process id alone cannot tell a restarted container from itself. */
const held = new Set<string>();

interface Owner {
  readonly pid: number;
  /** When the process started, in the system's own unit; empty where it cannot be told. */
  readonly started: string;
}

/** Keeps a second process out of a data directory. */
export class DirectoryLock {
  readonly #file: string;

  /**
   * Takes the lock, also that of a process which no longer runs.
   *
   * @throws when a running process holds it, with its id.
   */
  constructor(file: string) {
    this.#file = path.join(realpathSync(path.dirname(file)), path.basename(file));
    if (held.has(this.#file)) throw new Error(inUse(this.#file, process.pid));
    while (!this.#take()) this.#breakStale();
    held.add(this.#file);
  }

  release(): void {
    rmSync(this.#file, { force: true });
    held.delete(this.#file);
  }

  /** By a link, so that the lock appears with its content or not at all. */
  #take(): boolean {
    const own = `${this.#file}.${process.pid}`;
    writeFileSync(own, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }), { mode: 0o600 });
    try {
      linkSync(own, this.#file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(own, { force: true });
    }
  }

  #breakStale(): void {
    const owner = readOwner(this.#file);
    if (owner !== undefined && isRunning(owner)) throw new Error(inUse(this.#file, owner.pid));
    const aside = `${this.#file}.stale.${process.pid}`;
    try {
      renameSync(this.#file, aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    const moved = readOwner(aside);
    // Another process may have taken the lock between the look and the rename: it gets its lock back.
    if (moved !== undefined && isRunning(moved)) renameSync(aside, this.#file);
    else rmSync(aside, { force: true });
  }
}

function inUse(file: string, pid: number): string {
  return `${path.dirname(file)} is in use by process ${pid}; stop it or choose another data directory`;
}

function readOwner(file: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as Partial<Owner>;
    return typeof owner.pid === 'number' ? { pid: owner.pid, started: owner.started ?? '' } : undefined;
  } catch {
    return undefined;
  }
}

function isRunning({ pid, started }: Owner): boolean {
  // Our own id without the lock among `held`: an earlier process of a container had the same.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return started === '' || started === startOf(pid);
}

/** Field 22 of /proc/PID/stat; the second, the command, may hold spaces and parentheses. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
