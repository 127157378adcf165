export { ZipkinJsonEncoder } from './json-encoder.ts';
export type { ZipkinJsonOptions } from './json-encoder.ts';
