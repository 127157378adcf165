import { operationRow } from '../harness/operation-row.mjs';

/** The tracer that does nothing, for libraries that are instrumented in applications that trace nothing. */
export const rows = [
  operationRow({
    name: 'noop',
    contenders: { ours: 'noop/spanwise.mjs', opentracing: 'noop/opentracing.mjs' },
    bars: [{ peer: 'opentracing', ratio: 1 / 5 }],
  }),
];
