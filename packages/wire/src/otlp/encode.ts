export { OtlpProtobufEncoder } from './protobuf-encoder.ts';
export { OtlpJsonEncoder } from './json-encoder.ts';
export { decodeExportResponse } from './export-response.ts';
export type { ExportResponse, OtlpFormat } from './export-response.ts';
