import { operationRow } from '../harness/operation-row.mjs';

/** As span-life, in a trace that is not sampled; the bar is our own sampled life. */
export const rows = [
  operationRow({
    name: 'span-unsampled',
    contenders: {
      ours: 'span-unsampled/spanwise.mjs',
      'ours-sampled': 'span-life/spanwise.mjs',
      'jaeger-client': 'span-unsampled/jaeger-client.mjs',
      opentelemetry: 'span-unsampled/opentelemetry.mjs',
      'opentelemetry-3': 'span-unsampled/opentelemetry-3.mjs',
    },
    bars: [{ peer: 'ours-sampled', ratio: 1 / 3 }],
  }),
];
