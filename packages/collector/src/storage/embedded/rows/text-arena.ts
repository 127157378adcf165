const quote = 0x22;
const backslash = 0x5c;

/** JSON text as UTF-8 bytes in one growing buffer: no string per span stays on the heap. */
export class TextArena {
  bytes: Buffer;
  length = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** For other text in the same memory. */
  cleared(): this {
    this.length = 0;
    return this;
  }

  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + more));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  /** Characters below 0x80 only. */
  ascii(text: string): void {
    this.reserve(text.length);
    const { bytes } = this;
    let end = this.length;
    for (let index = 0; index < text.length; index++) bytes[end++] = text.charCodeAt(index);
    this.length = end;
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    const target = this.bytes;
    let end = this.length;
    // A loop beats `set` for the few bytes of a key.
    for (let index = 0; index < bytes.length; index++) target[end++] = bytes[index] as number;
    this.length = end;
  }

  byte(code: number): void {
    this.reserve(1);
    this.bytes[this.length++] = code;
  }

  /** The text as a JSON string, exactly as `JSON.stringify` writes it. */
  quoted(text: string): void {
    this.reserve(text.length + 2);
    const start = this.length;
    const bytes = this.bytes;
    let end = start;
    bytes[end++] = quote;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code < 0x20 || code > 0x7e || code === quote || code === backslash) return this.#escaped(text);
      bytes[end++] = code;
    }
    bytes[end++] = quote;
    this.length = end;
  }

  #escaped(text: string): void {
    const json = JSON.stringify(text);
    this.reserve(json.length * 3);
    this.length += this.bytes.write(json, this.length, 'utf8');
  }
}
