// What every implementation of a seam of the tracer must do, as plain cases without a test framework.
export { propagatorCases, type PropagatorCapabilities } from './propagation/propagator.conformance.ts';
export { samplerCases } from './sampling/sampler.conformance.ts';
export { recorderCases, type RecorderUnderTest, reporterCases } from './reporting/reporter.conformance.ts';
export { type BackendBehaviour, transportCases, type TransportUnderTest } from './reporting/transport.conformance.ts';
