/**
 * What Node's Buffer does faster than the web's classes, found once. Everything works without it, in browsers and
 * workers, through TextEncoder and TextDecoder.
 */
interface NativeBytes extends Uint8Array {
  utf8Write(text: string, offset: number): number;
  utf8Slice(start: number, end: number): string;
  latin1Slice(start: number, end: number): string;
}

interface NativeBufferClass {
  readonly prototype: Partial<NativeBytes>;
  allocUnsafeSlow(size: number): NativeBytes;
  from(buffer: ArrayBufferLike, offset: number, length: number): NativeBytes;
}

const candidate = (globalThis as unknown as { Buffer?: NativeBufferClass }).Buffer;

/** Node's Buffer with its native string methods; undefined for browsers and for polyfills that lack them. */
const nativeBuffer: NativeBufferClass | undefined =
  typeof candidate?.prototype?.utf8Write === 'function' &&
  typeof candidate.prototype.utf8Slice === 'function' &&
  typeof candidate.prototype.latin1Slice === 'function'
    ? candidate
    : undefined;

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Uninitialised memory outside Node's pool, so that a long-lived encoder pins nothing else. */
export const allocateBytes: (size: number) => Uint8Array = nativeBuffer
  ? (size) => nativeBuffer.allocUnsafeSlow(size)
  : (size) => new Uint8Array(size);

/** The same bytes as the fast string functions below want them; no copy. */
export const withStringMethods: (bytes: Uint8Array) => Uint8Array = nativeBuffer
  ? (bytes) => (isNative(bytes) ? bytes : nativeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  : (bytes) => bytes;

/** Writes UTF-8 at `offset` and returns the bytes written; room for 3 × length must be there. `target` from `allocateBytes`. */
export const writeUtf8: (target: Uint8Array, text: string, offset: number) => number = nativeBuffer
  ? (target, text, offset) => (target as NativeBytes).utf8Write(text, offset)
  : (target, text, offset) => textEncoder.encodeInto(text, target.subarray(offset)).written;

/** Reads UTF-8, broken sequences as U+FFFD, a byte order mark kept. `bytes` from `withStringMethods`. */
export const readUtf8: (bytes: Uint8Array, start: number, end: number) => string = nativeBuffer
  ? (bytes, start, end) => (bytes as NativeBytes).utf8Slice(start, end)
  : (bytes, start, end) => textDecoder.decode(bytes.subarray(start, end));

/** Reads bytes known to be ASCII. `bytes` from `withStringMethods` or `allocateBytes`. */
export const readAscii: (bytes: Uint8Array, start: number, end: number) => string = nativeBuffer
  ? (bytes, start, end) => (bytes as NativeBytes).latin1Slice(start, end)
  : (bytes, start, end) => textDecoder.decode(bytes.subarray(start, end));

function isNative(bytes: Uint8Array): bytes is NativeBytes {
  return typeof (bytes as Partial<NativeBytes>).utf8Slice === 'function';
}
