import type { Outcome, Result } from './run-testbed.ts';

/** How many cells of a column came out how. */
export type Counts = Readonly<Record<Outcome, number>>;

/** The results as a table: a row for each scenario, a column for each manager; then the reasons. */
export function textTable(results: readonly Result[]): string {
  const rows = rowsOf(results);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, '', ...notes(results)].join('\n');
}

/** The same in Markdown. */
export function markdownTable(results: readonly Result[]): string {
  const [head, ...rows] = rowsOf(results).map((row) => `| ${row.join(' | ')} |`);
  const rule = `|${' --- |'.repeat(managersOf(results).length + 1)}`;
  const list = notes(results).map((note) => (note === '' || note.endsWith(':') ? `${note}\n` : `- ${note.trim()}`));
  return [head, rule, ...rows, '', ...list].join('\n');
}

/** How many scenarios came out in which way with one manager, by the name of its kit. */
export function countsOf(results: readonly Result[], manager: string): Counts {
  const counts = { passed: 0, impossible: 0, failed: 0, absent: 0 };
  for (const result of results) if (result.manager === manager) counts[result.outcome]++;
  return counts;
}

function rowsOf(results: readonly Result[]): string[][] {
  const managers = managersOf(results);
  const scenarios = [...new Set(results.map(({ scenario }) => scenario))];
  const cell = (scenario: string, manager: string): string =>
    shown(results.find((result) => result.scenario === scenario && result.manager === manager)?.outcome);
  return [
    ['scenario', ...managers],
    ...scenarios.map((scenario) => [scenario, ...managers.map((manager) => cell(scenario, manager))]),
    ['passed, impossible', ...managers.map((manager) => summary(countsOf(results, manager)))],
  ];
}

function managersOf(results: readonly Result[]): string[] {
  return [...new Set(results.map(({ manager }) => manager))];
}

function shown(outcome: Outcome | undefined): string {
  if (outcome === 'failed') return 'FAILED';
  return outcome ?? '';
}

function summary({ passed, impossible, failed, absent }: Counts): string {
  const rest = [failed > 0 ? `${failed} FAILED` : '', absent > 0 ? `${absent} absent` : ''];
  return [String(passed), String(impossible), ...rest.filter((part) => part !== '')].join(', ');
}

/** What is impossible and why, what is absent and why, then what failed and how. */
function notes(results: readonly Result[]): string[] {
  const impossible = byReason(results, 'impossible').map(([why, scenarios]) => `  ${why} (${scenarios.join('; ')})`);
  // As a rule a whole column for one reason.
  const absent = byReason(results, 'absent').map(([why, scenarios]) => `  ${why} (${scenarios.length})`);
  const failures = results
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ manager, scenario, reason }) => `  ${scenario} over ${manager}: ${reason}`);
  return [
    ...(impossible.length > 0 ? ['Impossible, and shown to fail with the bare primitive too:', ...impossible] : []),
    ...(absent.length > 0 ? ['Absent:', ...absent] : []),
    ...(failures.length > 0 ? ['Failed:', ...failures] : []),
  ];
}

function byReason(results: readonly Result[], wanted: Outcome): [why: string, scenarios: string[]][] {
  const found = new Map<string, string[]>();
  for (const { manager, scenario, outcome, reason } of results) {
    if (outcome !== wanted) continue;
    const key = `${manager}: ${reason}`;
    found.set(key, [...(found.get(key) ?? []), scenario]);
  }
  return [...found];
}
