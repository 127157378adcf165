import { operationRow } from '../harness/operation-row.mjs';

const row = (name, files, bars, targets) =>
  operationRow({
    name,
    contenders: {
      ours: `propagation/${files}-spanwise.mjs`,
      opentelemetry: `propagation/${files}-opentelemetry.mjs`,
      'opentelemetry-3': `propagation/${files}-opentelemetry-3.mjs`,
    },
    bars,
    ...(targets && { targets }),
  });

/**
 * As inject-extract-w3c: B3 in one header, in several, and malformed. `inject-extract-b3-absent` looks for all formats
 * that are read unless told otherwise and finds none, which is what most requests bring.
 */
export const rows = [
  row('inject-extract-b3', 'b3', [{ peer: 'opentelemetry', ratio: 1 / 4 }]),
  row('inject-extract-b3-multi', 'b3-multi', [{ peer: 'opentelemetry', ratio: 2 / 5 }]),
  row('inject-extract-b3-malformed', 'b3-malformed', [{ peer: 'opentelemetry', ratio: 1 / 2 }]),
  row('inject-extract-b3-absent', 'absent', [{ peer: '80 ns', ratio: 1 }], { '80 ns': 80 }),
];
