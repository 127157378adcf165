import { operationRow } from '../harness/operation-row.mjs';

/** As span-life, all the way to the bytes of OTLP protobuf bodies of 512 spans; dd-trace's to those of its own format. */
export const rows = [
  operationRow({
    name: 'pipeline-otlp',
    contenders: {
      ours: 'pipeline-otlp/spanwise.mjs',
      opentelemetry: 'pipeline-otlp/opentelemetry.mjs',
      'opentelemetry-3': 'pipeline-otlp/opentelemetry-3.mjs',
      'dd-trace': 'pipeline-otlp/dd-trace.mjs',
    },
    bars: [
      { peer: 'opentelemetry', ratio: 1 / 7 },
      { peer: 'dd-trace', ratio: 1 / 8 },
    ],
  }),
];
