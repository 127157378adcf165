export * from './query/messages.ts';
export * from './query/heat-map-cells.ts';
export * from './query/json-value.ts';
export * from './query/to-trace-columns.ts';
export * from './query/trace-columns.ts';
export * from './query/to-trace-outline.ts';
export * from './query/trace-outline.ts';
