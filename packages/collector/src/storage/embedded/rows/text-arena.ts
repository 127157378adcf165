const quote = 0x22;
const backslash = 0x5c;

/** JSON text as UTF-8 bytes in one growing buffer: no string per span stays on the heap. */
export class TextArena {
  bytes: Buffer;
  length = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
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
    for (let index = 0; index < text.length; index++) this.bytes[this.length++] = text.charCodeAt(index);
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
