// RESULTS.md: a section for each major version of Node, and in it one for each row. A run replaces the sections of its own
// rows and leaves the others as they are.

/** What the columns of a row's details are called; others by their own names. */
const columns = {
  cpuNanos: 'CPU ns',
  allocatedBytes: 'bytes allocated',
  cpuMillis: 'CPU ms',
  untilMainMillis: 'ms until the first line',
  p99Millis: 'p99 ms',
  loopDelayP99Millis: 'event-loop delay p99 ms',
  cpuMicrosPerRequest: 'CPU µs a request',
  exportedShare: 'share exported',
  cpuSecondsPerMillion: 'CPU s a million',
  rssMegabytes: 'RSS MB',
  longestStallMillis: 'longest event-loop stall ms',
};

/**
 * The text of RESULTS.md with these rows in it.
 *
 * @param text what it was, or undefined
 * @param run `{ machine, node, date, commit, rows }`: `node` as in `process.version`, rows as `runRow` gives them
 * @param order names of rows, as they are to stand
 */
export function mergeResults(text, run, order) {
  const { machine, nodes } = parse(text ?? '');
  if (machine !== undefined && machine !== run.machine) throw otherMachine(machine, run.machine);
  const major = Number(/^v(\d+)/.exec(run.node)[1]);
  const sections = nodes.get(major) ?? new Map();
  nodes.set(major, sections);
  for (const row of run.rows) if (row.error === undefined) sections.set(row.name, rowText(row, run));
  const place = (name) => (order.includes(name) ? order.indexOf(name) : order.length);
  const parts = [intro(run.machine)];
  for (const [node, rows] of [...nodes].sort(([a], [b]) => a - b)) {
    parts.push(`## Node ${node}`);
    for (const [name, body] of [...rows].sort(([a], [b]) => place(a) - place(b))) parts.push(`### ${name}`, body);
  }
  return `${parts.join('\n\n')}\n`;
}

/** Throws when the text has figures of another machine: a run would be in vain. */
export function checkMachine(text, machine) {
  const { machine: before } = parse(text);
  if (before !== undefined && before !== machine) throw otherMachine(before, machine);
}

function otherMachine(before, now) {
  return new Error(`RESULTS.md has figures of another machine (${before}); this is ${now}. Delete it to begin anew.`);
}

function parse(text) {
  const machine = /^Machine: (.+)$/m.exec(text)?.[1];
  const nodes = new Map();
  for (const section of text.split(/^## Node /m).slice(1)) {
    const [head, ...rows] = section.split(/^### /m);
    nodes.set(Number.parseInt(head, 10), new Map(rows.map(nameAndBody)));
  }
  return { machine, nodes };
}

function nameAndBody(row) {
  const end = row.indexOf('\n');
  return [row.slice(0, end).trim(), row.slice(end).trim()];
}

function intro(machine) {
  return `# Results

Written by \`npm run bench -- --results\`, which measures on the Node that runs it, and on another one with \`--node 24\`. With \`--only NAME\`
one row is measured again and its table alone replaced, so each row says when, how often and at which commit that was (a + says
that files differed from it). README.md tells what the rows do and how to read them: ratios are ours ÷ peer (peer ÷ ours where more
is better), smaller is better, and a bar holds when the worse end of the interval does.

Machine: ${machine}`;
}

function rowText(row, { node, date, commit }) {
  const versions = Object.entries(row.versions ?? {}).map(([name, version]) => `${name} ${version}`);
  const rounds = row.rounds === 1 ? '1 round' : `${row.rounds} rounds`;
  const measured = [`${date}, Node ${node}, ${rounds}`, ...(commit === undefined ? [] : [`commit ${commit}`])].join(
    ', ',
  );
  const head = `${measured}${versions.length === 0 ? '' : `; ${versions.sort().join(', ')}`}`;
  const notes = (row.notes ?? []).map((note) => `\n\n(${note})`).join('');
  return `${head}\n\n${rowTable(row)}${notes}`;
}

function rowTable(row) {
  const details = [...new Set(Object.values(row.details ?? {}).flatMap((entries) => Object.keys(entries)))];
  const compared = Object.keys(row.peers).length > 0;
  const header = ['', row.unit, ...(compared ? ['ratio (95 %)', 'bar', 'holds'] : [])];
  const lines = [
    [...header, ...details.map((key) => columns[key] ?? key)],
    [...header, ...details].map((_, at) => (at === 0 ? ':--' : '--:')),
    ['**ours**', amount(row.ours), ...(compared ? ['', '', ''] : []), ...detailCells(row, 'ours', details)],
    ...Object.entries(row.peers).map(([peer, value]) => [
      peer,
      ...comparison(row, peer, value),
      ...detailCells(row, peer, details),
    ]),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function comparison(row, peer, value) {
  const bar = row.bars.find((candidate) => candidate.peer === peer);
  const limit = bar === undefined ? '' : `≤ ${bar.ratio}`;
  if (row.absent?.[peer] !== undefined) return [`not measured: ${row.absent[peer]}`, '', limit, ''];
  const ratio = bar ?? row.ratios?.[peer];
  const holds = bar === undefined ? '' : bar.holds ? 'yes' : '**no**';
  return [amount(value), ratio === undefined ? '' : `${ratio.measured} (${ratio.ci95.join('–')})`, limit, holds];
}

function detailCells(row, contender, keys) {
  return keys.map((key) => amount(row.details?.[contender]?.[key]));
}

/** Figures have four significant digits: what follows the point is of use below a thousand only. */
function amount(value) {
  return value === undefined || value === null ? '' : value.toLocaleString('en', { maximumFractionDigits: 6 });
}
