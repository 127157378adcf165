import assert from 'node:assert/strict';
import { test } from 'node:test';

import { checkMachine, mergeResults } from './results.mjs';

const order = ['first', 'second', 'third'];

const run = (rows, more = {}) => ({
  machine: '2 × processor, 4 GB memory, Linux x64',
  node: 'v20.20.2',
  date: '2026-01-02',
  commit: 'abc1234',
  rows,
  ...more,
});

const row = (name, more = {}) => ({
  name,
  unit: 'ns/op',
  ours: 350.5,
  peers: { peer: 1000 },
  bars: [{ peer: 'peer', ratio: 0.4, measured: 0.3505, ci95: [0.34, 0.36], holds: true }],
  rounds: 15,
  versions: { peer: '1.2.3' },
  ...more,
});

test('the file says the machine, the command, and of each row when, on which Node, how often and with which versions', () => {
  const text = mergeResults(undefined, run([row('first')]), order);
  assert.match(text, /^Machine: 2 × processor, 4 GB memory, Linux x64$/m);
  assert.match(text, /`npm run bench -- --results`/);
  assert.match(
    text,
    /^## Node 20\n\n### first\n\n2026-01-02, Node v20\.20\.2, 15 rounds, commit abc1234; peer 1\.2\.3\n/m,
  );
});

test('a table has ours, peers, ratio with its interval, bar, and whether it holds', () => {
  const text = mergeResults('', run([row('first')]), order);
  assert.deepEqual(tableOf(text, 'first'), [
    ['', 'ns/op', 'ratio (95 %)', 'bar', 'holds'],
    ['**ours**', '350.5', '', '', ''],
    ['peer', '1,000', '0.3505 (0.34–0.36)', '≤ 0.4', 'yes'],
  ]);
});

test('a bar that does not hold is seen', () => {
  const bars = [{ peer: 'peer', ratio: 0.35, measured: 0.3505, ci95: [0.34, 0.36], holds: false }];
  assert.equal(tableOf(mergeResults('', run([row('first', { bars })]), order), 'first')[2][4], '**no**');
});

test('a peer without a bar has its ratio, one that is absent its reason, a target its bar', () => {
  const result = row('first', {
    peers: { plain: 700, gone: null, '5 ms': 5 },
    ratios: { plain: { measured: 0.5, ci95: [0.4, 0.6] } },
    absent: { gone: 'needs Node 22' },
    bars: [
      { peer: 'gone', ratio: 0.2, measured: null, ci95: null, holds: null },
      { peer: '5 ms', ratio: 1, measured: 0.9, ci95: [0.8, 1], holds: true },
    ],
  });
  assert.deepEqual(tableOf(mergeResults('', run([result]), order), 'first').slice(2), [
    ['plain', '700', '0.5 (0.4–0.6)', '', ''],
    ['gone', 'not measured: needs Node 22', '', '≤ 0.2', ''],
    ['5 ms', '5', '0.9 (0.8–1)', '≤ 1', 'yes'],
  ]);
});

test('details have columns, and are empty where a contender has none', () => {
  const details = {
    ours: { cpuNanos: 340, allocatedBytes: 1320, exportedShare: 1 },
    peer: { cpuNanos: 990.1, unheardOf: 0.00123 },
  };
  const table = tableOf(mergeResults('', run([row('first', { details })]), order), 'first');
  assert.deepEqual(
    table.map((cells) => cells.slice(5)),
    [
      ['CPU ns', 'bytes allocated', 'share exported', 'unheardOf'],
      ['340', '1,320', '1', ''],
      ['990.1', '', '', '0.00123'],
    ],
  );
});

test('a later run of one row replaces its table only', () => {
  const before = mergeResults('', run([row('first'), row('second')]), order);
  const later = run([row('second', { ours: 77, rounds: 3 })], { date: '2026-02-03', commit: 'def5678' });
  const after = mergeResults(before, later, order);
  assert.equal(sectionOf(after, 'first'), sectionOf(before, 'first'));
  assert.match(sectionOf(after, 'second'), /2026-02-03.*3 rounds, commit def5678/);
  assert.equal(tableOf(after, 'second')[1][1], '77');
  assert.equal(after.match(/^### /gm).length, 2);
});

test('the same run twice gives the same file', () => {
  const rows = [row('first', { notes: ['load by wrk'] }), row('second')];
  const once = mergeResults('', run(rows), order);
  assert.equal(mergeResults(once, run(rows), order), once);
});

test('each major version of Node has its own rows', () => {
  const on20 = mergeResults('', run([row('first')]), order);
  const both = mergeResults(on20, run([row('first', { ours: 200 })], { node: 'v24.1.0' }), order);
  assert.deepEqual(both.match(/^## .*$/gm), ['## Node 20', '## Node 24']);
  assert.ok(both.startsWith(on20.trimEnd()));
  const again = mergeResults(both, run([row('first')], { node: 'v20.20.3' }), order);
  assert.match(again, /Node v20\.20\.3/);
  assert.match(again, /Node v24\.1\.0/);
});

test('rows stand in their order, however they came, and those that no longer exist at the end', () => {
  const before = mergeResults('', run([row('third'), row('gone'), row('first')]), order);
  const text = mergeResults(before, run([row('second')]), order);
  assert.deepEqual(text.match(/^### .*$/gm), ['### first', '### second', '### third', '### gone']);
});

test('a row that failed leaves its earlier figures', () => {
  const before = mergeResults('', run([row('first')]), order);
  assert.equal(mergeResults(before, run([row('first', { error: 'no such file' })]), order), before);
});

test('figures of two machines are not mixed', () => {
  const text = mergeResults('', run([row('first')]), order);
  const other = run([row('second')], { machine: '64 × other' });
  assert.throws(() => mergeResults(text, other, order), /another machine \(2 × processor.*64 × other/);
  assert.throws(() => checkMachine(text, '64 × other'), /another machine/);
  checkMachine(text, run([]).machine);
  checkMachine('', '64 × other');
});

function sectionOf(text, name) {
  return text.split(/^### /m).find((section) => section.startsWith(`${name}\n`));
}

/** Cells of a row's table without the line under the header. */
function tableOf(text, name) {
  const lines = sectionOf(text, name)
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.includes(':--'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
