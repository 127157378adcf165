import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

import type { FrameHeader } from './journal-frame.ts';
import { checksumOf, frameHeaderBytes, largestBodyBytes, readFrameHeader } from './journal-frame.ts';
import type { JournalPosition } from './journal-position.ts';
import { listParts, partPath } from './journal-parts.ts';
import { nextFrameIn } from './next-frame.ts';

/** A body read back. */
export interface JournalFrame extends FrameHeader {
  /** Valid until the next read. */
  readonly body: Uint8Array;
  readonly at: JournalPosition;
  /** Where the next frame begins. */
  readonly next: JournalPosition;
}

/** What stands where a frame was expected. */
export type ReadResult =
  | { readonly kind: 'frame'; readonly frame: JournalFrame }
  /** Bytes that are no frame. `next` is the first frame behind them; undefined when none follows in this part. */
  | { readonly kind: 'unreadable'; readonly bytes: Uint8Array; readonly next: JournalPosition | undefined }
  | { readonly kind: 'end' };

/** Reads frames one after the other. */
export class JournalReader {
  readonly #directory: string;
  readonly #header = Buffer.alloc(frameHeaderBytes);
  #body = Buffer.allocUnsafeSlow(256 * 1024);
  #part = 0;
  #file = -1;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Reads the frame at a position; does not go on to the next part. Nothing at or behind `end` is looked at: it may still
   * be taken back.
   */
  read(at: JournalPosition, end: JournalPosition): ReadResult {
    if (!this.#open(at.part)) return { kind: 'end' };
    const header = this.#readHeader(at.offset);
    if (header === 'end') return { kind: 'end' };
    if (header !== 'torn' && this.#readBody(at.offset + frameHeaderBytes, header.bodyBytes)) {
      const next = { part: at.part, offset: at.offset + frameHeaderBytes + header.bodyBytes };
      const body = this.#body.subarray(0, header.bodyBytes);
      if (checksumOf(this.#header, body) === header.checksum)
        return { kind: 'frame', frame: { ...header, body, at, next } };
    }
    return this.#pastDamage(at, end);
  }

  /** The first position of the part after `number`, or undefined when there is none. */
  nextPart(number: number): JournalPosition | undefined {
    const part = listParts(this.#directory).find((candidate) => candidate.number > number);
    return part === undefined ? undefined : { part: part.number, offset: 0 };
  }

  close(): void {
    if (this.#file >= 0) closeSync(this.#file);
    this.#file = -1;
    this.#part = 0;
  }

  /** False when there is no such part. */
  #open(part: number): boolean {
    if (this.#part === part && this.#file >= 0) return true;
    this.close();
    const path = partPath(this.#directory, part);
    if (!existsSync(path)) return false;
    this.#file = openSync(path, 'r');
    this.#part = part;
    return true;
  }

  #readHeader(offset: number): FrameHeader | 'end' | 'torn' {
    const read = readSync(this.#file, this.#header, 0, frameHeaderBytes, offset);
    if (read === 0) return 'end';
    if (read < frameHeaderBytes) return 'torn';
    const header = readFrameHeader(this.#header);
    return header.bodyBytes > largestBodyBytes ? 'torn' : header;
  }

  #readBody(offset: number, length: number): boolean {
    if (length > this.#body.length) {
      if (!this.#reaches(offset + length)) return false;
      this.#body = Buffer.allocUnsafeSlow(length);
    }
    return readSync(this.#file, this.#body, 0, length, offset) === length;
  }

  #reaches(end: number): boolean {
    return end === 0 || readSync(this.#file, Buffer.alloc(1), 0, 1, end - 1) === 1;
  }

  #pastDamage({ part, offset }: JournalPosition, end: JournalPosition): ReadResult {
    const size = fstatSync(this.#file).size;
    const rest = this.#readRest(offset, part === end.part ? Math.min(size, end.offset) : size);
    const next = nextFrameIn(rest);
    return next === undefined
      ? { kind: 'unreadable', bytes: rest, next: undefined }
      : { kind: 'unreadable', bytes: rest.subarray(0, next), next: { part, offset: offset + next } };
  }

  #readRest(from: number, to: number): Buffer {
    const rest = Buffer.allocUnsafeSlow(Math.max(0, to - from));
    return rest.subarray(0, readSync(this.#file, rest, 0, rest.length, from));
  }
}
