// The long runs, started by hand: npm run soak -- NAME. Each prints its progress and appends
// its figures to docs/soak.md.
import { soakFaults } from './soak/faults.ts';
import { soakIngest } from './soak/ingest.ts';
import { soakKill } from './soak/kill.ts';
import { soakLeak } from './soak/leak.ts';
import { soakQueries } from './soak/queries.ts';
import { soakTracePage } from './soak/trace-page.ts';
import { writeReport } from './soak/report.ts';
import type { Soak } from './soak/report.ts';

const soaks: Readonly<Record<string, Soak>> = {
  faults: soakFaults,
  ingest: soakIngest,
  kill: soakKill,
  leak: soakLeak,
  queries: soakQueries,
  'trace-page': soakTracePage,
};

const help = `Usage: npm run soak -- NAME [options]

  faults    the shop without a fault and with each: what is found first, p95 beside what could be saved   [--seconds 120] [--warm-up 10] [--rate 6]
  ingest    ten minutes of OTLP at full speed: memory, journal, freshness        [--minutes 10]
  kill      twenty rounds of kill -9 while the shop runs                         [--rounds 20]
  leak      the tracer's memory: spans, retained contexts, no backend             [--spans 10000000] [--contexts 100000]
            --break leaks on purpose: must not hold, and is not appended
  queries   look-ups and searches at ten million spans while 20,000/s arrive     [--spans 10000000]
  trace-page  opening, scrolling and zooming traces of 1,000 to 1,000,000 spans   [--spans 1000000]

Figures, commit and machine are appended to docs/soak.md.
`;

const [name, ...args] = process.argv.slice(2);
const soak = soaks[name ?? ''];
if (name === '--help' || name === 'help') {
  console.log(help);
} else if (soak === undefined) {
  console.error(`no soak named "${name ?? ''}"\n\n${help}`);
  process.exitCode = 2;
} else {
  const result = await soak(args, (line) => console.log(line));
  if (result.isRehearsal !== true) writeReport(name ?? '', args, result);
  console.log(result.lines.join('\n'));
  process.exitCode = result.holds ? 0 : 1;
}
