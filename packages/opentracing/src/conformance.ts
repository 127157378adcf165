// What every implementation of a seam must do, as plain cases without a test framework.
export {
  scopeManagerCases,
  type ConformanceCase,
  type ScopeManagerCapabilities,
} from './scope-managers/scope-manager.conformance.ts';
