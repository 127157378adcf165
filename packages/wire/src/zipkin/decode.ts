export type { DecodedSpans } from '../decoded-spans.ts';
export { WireFormatError } from '../wire-format-error.ts';
export { decodeZipkinJson } from './json-decoder.ts';
