// What every implementation of a seam must do, as plain cases without a test framework: ours are called `…Cases`, those
// of opentracing-python's harness `…Check`.
export type { ConformanceCase } from './conformance-case.ts';
export {
  scopeManagerCases,
  scopeManagerExceptions,
  type ScopeManagerCapabilities,
  type ScopeManagerCaseOptions,
} from './scope-managers/scope-manager.conformance.ts';
export { apiCheck, type ApiCheckOptions } from './harness/api-check.ts';
export { scopeCheck, type ScopeCheckOptions } from './harness/scope-check.ts';
export type { ReadRecorded, RecordedSpan } from './recorded-cases.ts';
export { apiCases, tracerCases, type TracerCapabilities, type TracerCaseOptions } from './tracer.conformance.ts';
