/**
 * Tracing for a Node.js application in one call, or in one flag: `node --import @spanwise/node/register app.js`.
 *
 * @module
 */
export { init } from './init.ts';
export type { InitOptions } from './init-options.ts';
export type { Spanwise } from './init.ts';
export type { InstrumentationChoice } from './loading/instrument.ts';
export type { NodeRuntimeReading } from './runtime/node-runtime-probe.ts';
export { NodeRuntimeProbe } from './runtime/node-runtime-probe.ts';
