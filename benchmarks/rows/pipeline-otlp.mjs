import { operationRow } from '../harness/operation-row.mjs';

/** As span-life, all the way to the bytes of OTLP protobuf bodies of 512 spans. */
export const rows = [
  operationRow({
    name: 'pipeline-otlp',
    contenders: { ours: 'pipeline-otlp/spanwise.mjs', opentelemetry: 'pipeline-otlp/opentelemetry.mjs' },
    bars: [{ peer: 'opentelemetry', ratio: 1 / 7 }],
  }),
];
