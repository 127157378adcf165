/** The columns of the table, all of which each runtime must fill. A new part of the suite is listed here. */
export const columns = [
  'no-op tracer',
  'mock tracer',
  'strict mock tracer',
  'apiCheck',
  'carriers',
  'errors',
  '`using`',
  'global tracer',
  'AsyncLocalStorage',
  'AsyncContext',
  'sync stack',
  'coroutine',
  'effect 4',
  'effect 3',
  'zone.js',
];

/** But for these, by the name of the runtime. */
const lacking = {
  chromium: ['AsyncLocalStorage', 'AsyncContext'],
};

/** What is wrong with the columns that a runtime reports: a part that turns itself off must not go unseen. */
export function columnFailures(name, { results, unavailable }) {
  const failures = [];
  const ran = new Set(results.map(({ part }) => part));
  const reasons = new Map(unavailable.map(({ part, reason }) => [part, reason]));
  for (const column of columns) {
    const mayLack = lacking[name]?.includes(column) ?? false;
    if (mayLack && !reasons.has(column))
      failures.push(`the column ${column} is listed as lacking, and does not say why`);
    if (
      mayLack ||
      results.some(({ part, outcome }) => part === column && (outcome === 'passed' || outcome === 'failed'))
    )
      continue;
    const why = reasons.get(column) ?? (ran.has(column) ? 'none of its cases was asked' : 'nobody reported it');
    failures.push(`the column ${column} is missing: ${why}`);
  }
  for (const part of new Set([...ran, ...reasons.keys()]))
    if (!columns.includes(part)) failures.push(`the column ${part} is not listed in runner/columns.mjs`);
  return failures;
}
