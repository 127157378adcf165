/** A result for people. Every bar says whether it holds. */
export function table({ node, cpu, rows }) {
  return [`Node ${node}, ${cpu}`, '', ...rows.flatMap((row) => [...rowLines(row), ''])].join('\n');
}

function rowLines(row) {
  const lines = [`${row.name} (${row.unit}, median of ${row.rounds} rounds)`];
  if (row.error !== undefined) return [...lines, `  FAILED: ${row.error.split('\n')[0]}`];
  lines.push(`  ${'ours'.padEnd(width(row))}  ${number(row.ours)}${details(row, 'ours')}`);
  for (const [peer, value] of Object.entries(row.peers)) {
    lines.push(`  ${peer.padEnd(width(row))}  ${number(value)}${verdict(row, peer)}${details(row, peer)}`);
  }
  for (const note of row.notes ?? []) lines.push(`  (${note})`);
  if (row.floorSource !== undefined)
    lines.push(
      '  the floor is:',
      ...row.floorSource
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}`),
    );
  return lines;
}

function verdict(row, peer) {
  if (row.absent?.[peer] !== undefined) return `  not measured: ${row.absent[peer]}`;
  const bar = row.bars.find((candidate) => candidate.peer === peer);
  const { measured, ci95 } = bar ?? row.ratios?.[peer] ?? { measured: null };
  if (measured === null) return '';
  const ratio = `  ratio ${measured} (95 %: ${ci95[0]}–${ci95[1]})`;
  return bar === undefined ? ratio : `${ratio}, bar ≤ ${bar.ratio}: ${bar.holds ? 'holds' : 'DOES NOT HOLD'}`;
}

function details(row, contender) {
  const entries = Object.entries(row.details?.[contender] ?? {});
  return entries.length === 0 ? '' : `  [${entries.map(([key, value]) => `${key} ${value}`).join(', ')}]`;
}

function width(row) {
  return Math.max(4, ...Object.keys(row.peers).map((peer) => peer.length));
}

function number(value) {
  return (value === null ? '–' : value.toLocaleString('en')).padStart(9);
}
