import assert from 'node:assert/strict';
import { test } from 'node:test';

import { runRow } from './run-row.mjs';

/** A contender that gives these values, one a round. */
const giving = (...values) => {
  let round = 0;
  return async () => ({ value: values[round++] });
};

const run = (row, rounds = 3) =>
  runRow({ name: 'row', unit: 'ns/op', better: 'less', bars: [], ...row }, { rounds, log() {} });

test('figures are medians, and less is better unless told otherwise', async () => {
  const contenders = { ours: giving(10, 30, 20), peer: giving(100, 100, 400) };
  const result = await run({ contenders, bars: [{ peer: 'peer', ratio: 0.5 }] });
  assert.equal(result.ours, 20);
  assert.deepEqual(result.peers, { peer: 100 });
  assert.equal(result.bars[0].measured, 0.2);
});

test('where more is better the ratio is turned round', async () => {
  const contenders = { ours: giving(100, 100, 100), peer: giving(50, 50, 50) };
  const result = await run({ contenders, better: 'more', bars: [{ peer: 'peer', ratio: 0.5 }] });
  assert.deepEqual(result.bars, [{ peer: 'peer', ratio: 0.5, measured: 0.5, ci95: [0.5, 0.5], holds: true }]);
});

test('a bar holds at its very ratio, and not a little beyond', async () => {
  const bars = [{ peer: 'peer', ratio: 0.5 }];
  const at = await run({ contenders: { ours: giving(50, 50, 50), peer: giving(100, 100, 100) }, bars });
  const beyond = await run({ contenders: { ours: giving(50.1, 50.1, 50.1), peer: giving(100, 100, 100) }, bars });
  assert.equal(at.bars[0].holds, true);
  assert.equal(beyond.bars[0].holds, false);
});

test('a bar does not hold when only the better end of its interval does', async () => {
  const contenders = { ours: giving(10, 10, 90), peer: giving(100, 100, 100) };
  const [bar] = (await run({ contenders, bars: [{ peer: 'peer', ratio: 0.5 }] })).bars;
  assert.equal(bar.measured, 0.1);
  assert.equal(bar.ci95[1], 0.9);
  assert.equal(bar.holds, false);
});

test('a disturbance that both contenders meet in one round does not widen the interval', async () => {
  const contenders = { ours: giving(10, 80, 20), peer: giving(20, 160, 40) };
  const [bar] = (await run({ contenders, bars: [{ peer: 'peer', ratio: 0.5 }] })).bars;
  assert.deepEqual(bar.ci95, [0.5, 0.5]);
});

test('a peer that cannot be had is null, with the reason, and tried once', async () => {
  let tries = 0;
  const contenders = { ours: giving(1, 2, 3), peer: async () => ({ absent: `no peer (${++tries})` }) };
  const result = await run({ contenders, bars: [{ peer: 'peer', ratio: 1 }] });
  assert.deepEqual(result.peers, { peer: null });
  assert.deepEqual(result.absent, { peer: 'no peer (1)' });
  assert.deepEqual(result.bars, [{ peer: 'peer', ratio: 1, measured: null, ci95: null, holds: null }]);
  assert.equal(tries, 1);
});

test('a target is a peer that always gives the same', async () => {
  const contenders = { ours: giving(70, 70, 70) };
  const result = await run({ contenders, targets: { '80 ns': 80 }, bars: [{ peer: '80 ns', ratio: 1 }] });
  assert.deepEqual(result.peers, { '80 ns': 80 });
  assert.equal(result.bars[0].measured, 0.875);
  assert.equal(result.bars[0].holds, true);
});

test('contenders take turns at going first', async () => {
  const order = [];
  const noting = (name) => async () => ({ value: order.push(name) });
  await run({ contenders: { ours: noting('ours'), a: noting('a'), b: noting('b') } });
  assert.deepEqual(order, ['ours', 'a', 'b', 'a', 'b', 'ours', 'b', 'ours', 'a']);
});

test('a peer without a bar has its ratio beside the bars', async () => {
  const contenders = { ours: giving(10, 10, 10), peer: giving(20, 20, 20), other: giving(40, 40, 40) };
  const result = await run({ contenders, bars: [{ peer: 'peer', ratio: 1 }] });
  assert.deepEqual(result.ratios, { other: { measured: 0.25, ci95: [0.25, 0.25] } });
  assert.equal(result.bars.length, 1);
});

test('details are medians over the rounds, beside what is measured once', async () => {
  const cpu = [7, 9, 8];
  let once = 0;
  const contenders = {
    ours: async () => ({ value: 1, details: { cpuNanos: cpu.pop() } }),
    peer: async () => ({ absent: 'no peer' }),
  };
  const allocated = async () => ({ allocatedBytes: 100 + once++ });
  const result = await run({ contenders, detailsOnce: { ours: allocated, peer: allocated } });
  assert.deepEqual(result.details, { ours: { cpuNanos: 8, allocatedBytes: 100 } });
  assert.equal(once, 1);
});
