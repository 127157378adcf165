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

const ofManagers = ['conformance', 'scopeCheck', 'testbed'];

/** The suites that a column must run, each with the same cases as the other columns of its runtime. */
export const suites = {
  AsyncLocalStorage: ofManagers,
  AsyncContext: ofManagers,
  'sync stack': ofManagers,
  coroutine: ofManagers,
  'effect 4': ofManagers,
  'effect 3': ofManagers,
  'zone.js': ofManagers,
};

/** But for these, by the name of the runtime. */
const lacking = {
  chromium: ['AsyncLocalStorage', 'AsyncContext'],
};

/** What is wrong with the columns that a runtime reports: a part that turns itself off must not go unseen. */
export function columnFailures(name, { results, unavailable }) {
  return [...missingColumns(name, { results, unavailable }), ...missingSuites(results)];
}

function missingColumns(name, { results, unavailable }) {
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

/** Of the columns that ran: a column goes on without a part of it, and only its number is smaller. */
function missingSuites(results) {
  const failures = [];
  for (const [column, wanted] of Object.entries(suites)) {
    const own = results.filter(({ part }) => part === column);
    if (own.length === 0) continue;
    for (const suite of wanted) {
      const names = namesIn(own, suite);
      const missing = [...namesIn(results, suite)].filter((name) => !names.has(name));
      if (names.size === 0) failures.push(`the column ${column} lacks the suite ${suite}: none of its cases ran`);
      else if (missing.length > 0) failures.push(`the column ${column} lacks of ${suite}: ${missing.join('; ')}`);
    }
    const unlisted = own.find(({ suite }) => !wanted.includes(suite));
    if (unlisted !== undefined)
      failures.push(`the column ${column} runs ${unlisted.suite}, which is not listed in runner/columns.mjs`);
  }
  return failures;
}

/** That a requirement cannot be met is the same case. */
function namesIn(results, suite) {
  return new Set(
    results.filter((result) => result.suite === suite).map(({ name }) => name.replace(/^not \(\w+\): /, '')),
  );
}
