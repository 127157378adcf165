import type { FileHandle } from 'node:fs/promises';
import { open, unlink } from 'node:fs/promises';

import type { IngestBody } from '../../span-store.ts';
import { fileMode, syncDirectoryLater, writeAllAt } from '../directory-sync.ts';
import { storageFailure } from '../storage-failure.ts';
import { frameHeaderBytes, writeFrameHeader } from './journal-frame.ts';
import type { JournalPosition } from './journal-position.ts';
import { partPath } from './journal-parts.ts';

export interface JournalWriterOptions {
  readonly directory: string;
  /** A part that has reached this size is followed by a new one. */
  readonly partBytes: number;
  /** The part to begin with; it must not exist. */
  readonly firstPart: number;
  /** Called with the end of what is durable, after each group. */
  readonly onDurable: (end: JournalPosition) => void;
  /** Asked when a group is durable: why it must not be acknowledged all the same, or undefined. */
  readonly objection?: (() => Error | undefined) | undefined;
}

interface Waiting {
  readonly body: IngestBody;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A group is synced once at most this many bytes are written. */
const largestGroupBytes = 8 * 2 ** 20;

/**
 * Appends bodies to the journal. All that wait while a write is under way are written and synced together, then all of
 * them resolve: under load one sync serves many.
 */
export class JournalWriter {
  /** Bytes accepted and not yet durable. */
  pendingBytes = 0;
  readonly #options: JournalWriterOptions;
  readonly #waiting: Waiting[] = [];
  #part: number;
  #offset = 0;
  #file: FileHandle | undefined;
  #running: Promise<void> | undefined;

  constructor(options: JournalWriterOptions) {
    this.#options = options;
    this.#part = options.firstPart;
  }

  /** The part being written, or to be written next. */
  get part(): number {
    return this.#part;
  }

  append(body: IngestBody): Promise<void> {
    this.pendingBytes += body.bytes.length + frameHeaderBytes;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ body, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Waits for what was appended, then lets go of the file. */
  async close(): Promise<void> {
    await this.#running;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #run(): Promise<void> {
    // One turn later, so that bodies which arrive in the same turn share the first sync as well.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#writeGroup(this.#takeGroup());
    this.#running = undefined;
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#waiting.length && (count === 0 || bytes < largestGroupBytes)) {
      bytes += (this.#waiting[count] as Waiting).body.bytes.length;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    const chunks = group.flatMap(({ body }) => [writeFrameHeader(body.format, body.spanCount, body.bytes), body.bytes]);
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    try {
      await this.#write(chunks, bytes);
    } catch (error) {
      const failure = storageFailure('cannot append to the journal', error);
      for (const { reject } of group) reject(failure);
      return;
    } finally {
      this.pendingBytes -= bytes;
    }
    const objection = this.#options.objection?.();
    if (objection !== undefined) {
      for (const { reject } of group) reject(objection);
      return;
    }
    this.#options.onDurable({ part: this.#part, offset: this.#offset });
    for (const { resolve } of group) resolve();
    if (this.#file !== undefined && this.#offset >= this.#options.partBytes) await this.#leavePart(this.#file);
  }

  async #write(chunks: readonly Uint8Array[], bytes: number): Promise<void> {
    const file = await this.#openPart();
    try {
      await writeAllAt(file, chunks, this.#offset);
      await file.datasync();
    } catch (error) {
      await this.#undo(file);
      throw error;
    }
    this.#offset += bytes;
  }

  async #openPart(): Promise<FileHandle> {
    if (this.#file !== undefined) return this.#file;
    const path = partPath(this.#options.directory, this.#part);
    const file = await open(path, 'wx', fileMode);
    try {
      await syncDirectoryLater(this.#options.directory);
    } catch (error) {
      await file.close();
      // A name that cannot be taken back must not stand in the way of the next attempt.
      await unlink(path).catch(() => this.#part++);
      throw error;
    }
    this.#file = file;
    return file;
  }

  async #leavePart(file: FileHandle): Promise<void> {
    this.#file = undefined;
    this.#part++;
    this.#offset = 0;
    // What is durable stays so; a file that cannot be closed is the system's to release.
    await file.close().catch(() => {});
  }

  /** Cuts off what was not acknowledged. When even that fails, the part is left as it is: its torn tail is known to readers. */
  async #undo(file: FileHandle): Promise<void> {
    try {
      await file.truncate(this.#offset);
      await file.datasync();
    } catch {
      await this.#leavePart(file);
    }
  }
}
