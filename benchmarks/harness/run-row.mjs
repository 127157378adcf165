import { median, ratioOfMedians } from './statistics.mjs';

/**
 * Measures every contender of a row once in each round, ours and the peers in turn, starting with another one each
 * round, and judges its bars.
 *
 * A row is `{ name, unit, better: 'less' | 'more', contenders: { ours, [peer]: async () => measurement }, bars: [{ peer, ratio }],
 * detailsOnce?: { [contender]: async () => details }, targets?: { [name]: number }, rounds?, notes?, floorSource? }`. A measurement is
 * `{ value, details?, versions? }`, or `{ absent: 'why' }` for a peer that cannot be had. `detailsOnce` is for what no round disturbs
 * and is measured once, after them.
 */
export async function runRow(row, { rounds, log }) {
  const measured = Object.fromEntries(Object.keys(row.contenders).map((name) => [name, []]));
  const absent = {};
  for (let round = 0; round < rounds; round++) {
    for (const name of inTurn(Object.keys(row.contenders), round)) {
      if (name in absent) continue;
      const measurement = await row.contenders[name]();
      if (measurement.absent !== undefined) absent[name] = measurement.absent;
      else measured[name].push(measurement);
    }
    log(`${row.name}: round ${round + 1} of ${rounds}`);
  }
  const once = {};
  for (const [name, measure] of Object.entries(row.detailsOnce ?? {}))
    if (!(name in absent)) once[name] = await measure();
  return resultOf(row, measured, absent, once, rounds);
}

/** What is printed of a row that could not be measured to its end. */
export function failedRow(row, rounds, error) {
  const peers = Object.keys(row.contenders).filter((name) => name !== 'ours');
  return {
    name: row.name,
    unit: row.unit,
    ours: null,
    peers: Object.fromEntries(peers.map((name) => [name, null])),
    bars: row.bars.map(({ peer, ratio }) => unjudged(peer, ratio)),
    rounds,
    error: error.message,
  };
}

function unjudged(peer, ratio) {
  return { peer, ratio: significant(ratio), measured: null, ci95: null, holds: null };
}

function inTurn(names, round) {
  const first = round % names.length;
  return [...names.slice(first), ...names.slice(0, first)];
}

function resultOf(row, measured, absent, once, rounds) {
  const values = (name) => measured[name].map(({ value }) => value);
  const middle = (name) => (name in absent ? null : significant(median(values(name))));
  const peers = Object.keys(row.contenders).filter((name) => name !== 'ours');
  return {
    name: row.name,
    unit: row.unit,
    ours: middle('ours'),
    peers: { ...Object.fromEntries(peers.map((name) => [name, middle(name)])), ...row.targets },
    bars: row.bars.map((bar) => judge(bar, row, values, absent)),
    ...ratiosWithoutBar(row, peers, values, absent),
    rounds,
    ...(Object.keys(absent).length > 0 ? { absent } : {}),
    ...detailsOf(measured, once),
    ...(row.notes === undefined ? {} : { notes: row.notes }),
    ...(row.floorSource === undefined ? {} : { floorSource: row.floorSource }),
    versions: Object.assign(
      {},
      ...Object.values(measured)
        .flat()
        .map(({ versions }) => versions),
    ),
  };
}

/** `measured` is ours ÷ peer, turned round where more is better: smaller is better, and a bar holds when its worse end does. */
function judge({ peer, ratio }, row, values, absent) {
  if (peer in absent) return unjudged(peer, ratio);
  const ours = values('ours');
  const theirs = row.targets?.[peer] === undefined ? values(peer) : ours.map(() => row.targets[peer]);
  const { measured, ci95 } = ratioTo(row, ours, theirs);
  return {
    peer,
    ratio: significant(ratio),
    measured: significant(measured),
    ci95: ci95.map(significant),
    holds: ci95[1] <= ratio,
  };
}

function ratioTo(row, ours, theirs) {
  return row.better === 'less' ? ratioOfMedians(ours, theirs) : ratioOfMedians(theirs, ours);
}

/** For peers that are there to compare with only. */
function ratiosWithoutBar(row, peers, values, absent) {
  const barred = new Set(row.bars.map(({ peer }) => peer));
  const compared = peers.filter((peer) => !barred.has(peer) && !(peer in absent));
  if (compared.length === 0) return {};
  return {
    ratios: Object.fromEntries(
      compared.map((peer) => {
        const { measured, ci95 } = ratioTo(row, values('ours'), values(peer));
        return [peer, { measured: significant(measured), ci95: ci95.map(significant) }];
      }),
    ),
  };
}

/** What was measured beside the value, by contender: medians over the rounds, and what was measured once. */
function detailsOf(measured, once) {
  const details = {};
  for (const [name, measurements] of Object.entries(measured)) {
    const keys = Object.keys(measurements[0]?.details ?? {});
    const medians = keys.map((key) => [key, median(measurements.map((measurement) => measurement.details[key]))]);
    const entries = [...medians, ...Object.entries(once[name] ?? {})];
    if (entries.length > 0)
      details[name] = Object.fromEntries(entries.map(([key, value]) => [key, significant(value)]));
  }
  return Object.keys(details).length > 0 ? { details } : {};
}

/** Four digits: more than the machine's noise leaves, less than pretends. */
function significant(value) {
  return Number(value.toPrecision(4));
}
