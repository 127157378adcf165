export * from './query/messages.ts';
export * from './query/json-value.ts';
export * from './query/trace-columns.ts';
