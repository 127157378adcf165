export { BodyFormat } from './formats/body-format.ts';
export * from './storage/span-store.ts';
export type { TraceForm } from './storage/encoding/trace-encodings.ts';
export type { EmbeddedStoreOptions, StoreLogger } from './storage/embedded/options.ts';
export type { EmbeddedSpanStore } from './storage/embedded/embedded-span-store.ts';
export { openEmbeddedStore } from './storage/embedded/embedded-span-store.ts';
export { MemorySpanStore } from './storage/memory/memory-span-store.ts';
