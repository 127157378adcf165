export { attributeText } from './attribute-text.ts';
export type { SpanEncoder } from './encoder.ts';
export type { DecodedSpans } from './decoded-spans.ts';
export { WireFormatError } from './wire-format-error.ts';
export { peerEndpoint } from './peer-endpoint.ts';
export { latencyBucketNanos, latencyBucketsPerDoubling, latencyQuantileNanos } from './query/latency-buckets.ts';
export * from './ids.ts';
export * from './span-record.ts';
