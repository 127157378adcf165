import { allocateBytes, writeUtf8 } from './platform.ts';

const initialCapacity = 16 * 1024;
/** A larger buffer is given back after `take`, so that one huge body does not stay allocated. */
const retainedCapacity = 4 * 1024 * 1024;

/** A growing buffer that is filled from the front, copied out, and used again. */
export class ByteWriter {
  bytes: Uint8Array = allocateBytes(initialCapacity);
  view: DataView = viewOf(this.bytes);
  position = 0;

  /** Makes room for `size` more bytes. */
  ensure(size: number): void {
    if (this.position + size > this.bytes.length) this.#grow(size);
  }

  #grow(size: number): void {
    const larger = allocateBytes(Math.max(this.bytes.length * 2, this.position + size));
    larger.set(this.bytes.subarray(0, this.position));
    this.bytes = larger;
    this.view = viewOf(larger);
  }

  /** Text as UTF-8, lone surrogates as U+FFFD. */
  utf8(text: string): void {
    this.ensure(text.length * 3);
    this.position += writeUtf8(this.bytes, text, this.position);
  }

  /** A copy of what was written; the writer is empty afterwards. */
  take(): Uint8Array {
    // Not `new Uint8Array(part)`, which fills the memory with zeros first.
    const body = new Uint8Array(allocateBytes(this.position).buffer);
    body.set(this.bytes.subarray(0, this.position));
    this.position = 0;
    if (this.bytes.length > retainedCapacity) {
      this.bytes = allocateBytes(initialCapacity);
      this.view = viewOf(this.bytes);
    }
    return body;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
