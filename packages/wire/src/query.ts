export * from './query/messages.ts';
export * from './query/json-value.ts';
export * from './query/to-trace-columns.ts';
export * from './query/trace-columns.ts';
