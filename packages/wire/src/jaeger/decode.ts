export type { DecodedSpans } from '../decoded-spans.ts';
export { WireFormatError } from '../wire-format-error.ts';
export { decodeJaegerBinary, decodeJaegerCompact } from './batch-decoder.ts';
export { emittedBatch } from './emitted-batch.ts';
export type { ThriftProtocol } from './emitted-batch.ts';
