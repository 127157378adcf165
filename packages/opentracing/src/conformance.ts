// What every implementation of a seam must do, as plain cases without a test framework.
export type { ConformanceCase } from './conformance-case.ts';
export { scopeManagerCases, type ScopeManagerCapabilities } from './scope-managers/scope-manager.conformance.ts';
export { apiCases, tracerCases, type TracerCapabilities } from './tracer.conformance.ts';
