import { operationRow } from '../harness/operation-row.mjs';

/** The same spans as in encode-otlp, made into one body of Zipkin's JSON v2. */
export const rows = [
  operationRow({
    name: 'encode-zipkin',
    unit: 'ns/span',
    contenders: {
      ours: 'encode-zipkin/spanwise.mjs',
      zipkin: 'encode-zipkin/zipkin.mjs',
      opentelemetry: 'encode-zipkin/opentelemetry.mjs',
      'opentelemetry-3': 'encode-zipkin/opentelemetry-3.mjs',
    },
    bars: [],
  }),
];
