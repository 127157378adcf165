import { readFileSync } from 'node:fs';
import path from 'node:path';

import { operationRow } from '../harness/operation-row.mjs';

const floorFile = path.join(import.meta.dirname, '..', 'contenders', 'span-life', 'floor.mjs');

/** Root span and child, six tags, one log, both finished and handed to a recorder. */
export const rows = [
  operationRow({
    name: 'span-life',
    contenders: {
      ours: 'span-life/spanwise.mjs',
      'jaeger-client': 'span-life/jaeger-client.mjs',
      opentelemetry: 'span-life/opentelemetry.mjs',
      'opentelemetry-3': 'span-life/opentelemetry-3.mjs',
      floor: 'span-life/floor.mjs',
    },
    bars: [
      { peer: 'jaeger-client', ratio: 0.4 },
      { peer: 'opentelemetry', ratio: 1 / 6 },
      { peer: 'floor', ratio: 1.6 },
    ],
    notes: ['the floor is contenders/span-life/floor.mjs'],
    floorSource: readFileSync(floorFile, 'utf8').split('/* floor */')[1].trim(),
  }),
];
