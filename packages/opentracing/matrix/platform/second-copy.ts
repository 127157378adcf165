// bundle.mjs bundles what this file imports once more, as if another version of the package were installed beside.
export { globalTracer, initGlobalTracer, releaseGlobalTracer } from '../../src/global_tracer.ts';
