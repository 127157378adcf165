export * from './query/messages.ts';
export * from './query/trace-columns.ts';
