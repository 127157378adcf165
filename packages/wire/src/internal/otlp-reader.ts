// For the collector's store, which makes rows of spans without records between. No part of the public API: it may change
// with any version.
export { mayBeOwnKey, takeOwnAttributes } from '../otlp/own-attributes.ts';
export { OtlpSpanReader } from '../otlp/protobuf-span-reader.ts';
