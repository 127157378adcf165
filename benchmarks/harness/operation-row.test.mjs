import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { operationRow } from './operation-row.mjs';
import { temporaryDirectory } from './processes.mjs';

/** A row with one contender, whose module is this text. */
function rowOf(text) {
  const file = path.join(temporaryDirectory(), 'contender.mjs');
  writeFileSync(file, text);
  return operationRow({ name: 'row', contenders: { ours: file }, bars: [] });
}

const arrayOfThousand = `
let last;
const operation = () => (last = new Array(1000).fill(last === undefined ? 1 : 2)).length;
`;

test('what an operation allocates is measured beside its time, in another process', async () => {
  const row = rowOf(
    `${arrayOfThousand} export const prepare = async () => ({ operation, versions: { peer: '1.2.3' } });`,
  );
  const { value, details, versions } = await row.contenders.ours();
  assert.ok(value > 0);
  assert.deepEqual(Object.keys(details), ['cpuNanos']);
  assert.deepEqual(versions, { peer: '1.2.3' });
  const { allocatedBytes } = await row.detailsOnce.ours();
  assert.ok(allocatedBytes >= 8000 && allocatedBytes < 8400, `${allocatedBytes} bytes for a thousand words`);
});

test('figures are of a unit where an operation does the work several times', async () => {
  const row = rowOf(`${arrayOfThousand} export const prepare = async () => ({ operation, unitsPerOperation: 100 });`);
  const { allocatedBytes } = await row.detailsOnce.ours();
  assert.ok(allocatedBytes >= 80 && allocatedBytes < 84, `${allocatedBytes} bytes for ten words`);
});

test('a contender that cannot be had says why', async () => {
  const row = rowOf(`export const prepare = async () => ({ absent: 'needs a newer Node' });`);
  assert.deepEqual(await row.contenders.ours(), { absent: 'needs a newer Node' });
});
