import { operationRow } from '../harness/operation-row.mjs';

const row = (name, files, bars) =>
  operationRow({
    name,
    contenders: {
      ours: `propagation/${files}-spanwise.mjs`,
      opentelemetry: `propagation/${files}-opentelemetry.mjs`,
      'opentelemetry-3': `propagation/${files}-opentelemetry-3.mjs`,
    },
    bars,
  });

/** One extract and one inject, among fifteen headers. Malformed and absent headers are extracted only. */
export const rows = [
  row('inject-extract-w3c', 'w3c', [{ peer: 'opentelemetry', ratio: 1 / 4 }]),
  row('inject-extract-w3c-malformed', 'w3c-malformed', [{ peer: 'opentelemetry', ratio: 1 / 2 }]),
];
