import { operationRow } from '../harness/operation-row.mjs';

/** 512 finished spans of HTTP requests and calls, made into one OTLP protobuf body. */
export const rows = [
  operationRow({
    name: 'encode-otlp',
    unit: 'ns/span',
    contenders: {
      ours: 'encode-otlp/spanwise.mjs',
      opentelemetry: 'encode-otlp/opentelemetry.mjs',
      'opentelemetry-3': 'encode-otlp/opentelemetry-3.mjs',
    },
    bars: [],
  }),
];
