export type { DecodedSpans } from '../decoded-spans.ts';
export { WireFormatError } from '../wire-format-error.ts';
export { decodeOtlpProtobuf } from './protobuf-decoder.ts';
export { scanOtlpProtobuf } from './protobuf-scanner.ts';
export type { ScannedSpans } from './protobuf-scanner.ts';
export { decodeOtlpJson } from './json-decoder.ts';
export { encodeExportResponse, encodeRpcStatus } from './export-response.ts';
export type { ExportResponse, OtlpFormat, RpcStatus } from './export-response.ts';
