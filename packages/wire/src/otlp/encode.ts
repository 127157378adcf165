export { OtlpProtobufEncoder } from './protobuf-encoder.ts';
export { OtlpJsonEncoder } from './json-encoder.ts';
