import { buildTree, findFindings } from '@spanwise/analysis';
import type { FindingKind, TraceTree } from '@spanwise/analysis';
import { watchShop } from '@spanwise/example-shop/watched-shop';
import type { WatchPlan, Watched } from '@spanwise/example-shop/watched-shop';
import { fromTraceColumns } from '@spanwise/wire/query';
import { execFile } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { promisify } from 'node:util';

import { command } from '../collector-process.ts';
import { quantile } from './quantile.ts';
import { numberArgument } from './report.ts';
import type { Soak } from './report.ts';

type Fault = WatchPlan['faults'][number];

/** What a fault must be told as, and what it makes slow. */
interface Expectation {
  readonly kind: FindingKind;
  /** Service and operation that stand first in `spanwise top`. */
  readonly operation: string;
  readonly measured: string;
  /** Milliseconds of it in each trace that has it. */
  readonly millisIn: (tree: TraceTree) => readonly number[];
}

const expectations: { readonly [fault in Fault]: Expectation } = {
  'n-plus-one': {
    kind: 'n-plus-one',
    operation: 'catalogue SELECT item',
    measured: 'GET /catalog',
    millisIn: (tree) => durations(tree, 'gateway', 'GET /catalog'),
  },
  'long-transaction': {
    kind: 'lock-wait',
    operation: 'catalogue WITH',
    measured: 'POST /checkout',
    millisIn: (tree) => durations(tree, 'gateway', 'POST /checkout'),
  },
  retry: {
    kind: 'retry',
    operation: 'billing POST /payments',
    measured: 'billing of an order',
    millisIn: (tree) => durations(tree, 'billing', 'process orders/placed'),
  },
  'slow-consumer': {
    kind: 'queue-wait',
    operation: 'billing process orders/placed',
    measured: 'POST /checkout until billed',
    millisIn: untilBilled,
  },
  'event-loop': {
    kind: 'blocked-event-loop',
    operation: 'gateway GET /catalog',
    measured: 'GET /catalog',
    millisIn: (tree) => durations(tree, 'gateway', 'GET /catalog'),
  },
};

const faults = Object.keys(expectations) as Fault[];

/**
 * The shop under load, without a fault and with each: what stands first in `spanwise top`, and the 95th percentile of what the fault
 * makes slow, with and without it, beside what its findings say could be saved.
 */
export const soakFaults: Soak = async (args, progress) => {
  const seconds = numberArgument(args, 'seconds', 120);
  const warmUpSeconds = numberArgument(args, 'warm-up', 10);
  const requestsPerSecond = numberArgument(args, 'rate', 6);
  const watch = async (planted: readonly Fault[]): Promise<Seen> => {
    progress(`${planted[0] ?? 'no fault'}: ${seconds} s after ${warmUpSeconds} s of warming up`);
    const plan = { faults: planted, requestsPerSecond };
    return watchShop({ ...plan, warmUpMillis: warmUpSeconds * 1000, watchMillis: seconds * 1000 }, seen);
  };
  const healthy = await watch([]);
  const rows = [];
  const loads = [healthy.load];
  for (const fault of faults) {
    const faulty = await watch([fault]);
    rows.push(rowOf(fault, healthy, faulty));
    loads.push(faulty.load);
  }
  return {
    holds: healthy.top.length === 0 && rows.every(({ isFirst }) => isFirst),
    lines: [
      `- ${requestsPerSecond} requests/s, ${seconds} s each after ${warmUpSeconds} s of warming up; ${healthy.trees.length} traces without a fault`,
      `- load of the machine with its ${availableParallelism()} processors: ${loads.map((load) => load.toFixed(1)).join(', ')}`,
      `- \`spanwise top\` without a fault: ${healthy.top.length === 0 ? 'nothing' : healthy.top.map(told).join('; ')}`,
      '',
      '| fault | first in `spanwise top` | found in | measured | p95 without, ms | with | difference | `savableMs` of a finding: median | p95 | summed, s |',
      '|---|---|---|---|---|---|---|---|---|---|',
      ...rows.map(({ row }) => row),
    ],
  };
};

interface TopRow {
  readonly kind: FindingKind;
  readonly service: string;
  readonly operation: string;
  readonly savableMs: number;
  readonly traces: number;
}

interface Seen {
  readonly trees: readonly TraceTree[];
  /** As the command printed it. */
  readonly top: readonly TopRow[];
  /** Of the machine, over the last minute: the shop's own processes included. */
  readonly load: number;
}

async function seen({ pageUrl, startMicros, traces }: Watched): Promise<Seen> {
  const [load = Number.NaN] = loadavg();
  const since = `${Math.floor((Date.now() * 1000 - startMicros) / 1e6)}s`;
  const args = [command, 'top', '--json', '--url', pageUrl, '--since', since, '--traces', '1000'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
  const trees = traces.map((columns) => buildTree(fromTraceColumns(columns)));
  return { trees, top: JSON.parse(stdout) as TopRow[], load };
}

function rowOf(fault: Fault, healthy: Seen, { trees, top }: Seen): { readonly row: string; readonly isFirst: boolean } {
  const { kind, operation, measured, millisIn } = expectations[fault];
  const [first] = top;
  const isFirst = first !== undefined && first.kind === kind && `${first.service} ${first.operation}` === operation;
  const found = trees.flatMap((tree) => findFindings(tree)).filter((finding) => finding.kind === kind);
  const savable = found.map(({ savableMs }) => savableMs);
  const [without, withFault] = [healthy.trees, trees].map((all) => quantile(all.flatMap(millisIn), 0.95));
  const cells = [
    fault,
    first === undefined ? 'NOTHING' : `${isFirst ? '' : 'NOT IT: '}${told(first)}`,
    `${found.length} of ${trees.length} traces`,
    measured,
    rounded(without),
    rounded(withFault),
    rounded((withFault ?? Number.NaN) - (without ?? Number.NaN)),
    rounded(quantile(savable, 0.5)),
    rounded(quantile(savable, 0.95)),
    (savable.reduce((sum, one) => sum + one, 0) / 1000).toFixed(1),
  ];
  return { row: `| ${cells.join(' | ')} |`, isFirst };
}

function told({ kind, service, operation }: TopRow): string {
  return `${kind}: ${service} ${operation}`;
}

function rounded(millis: number | undefined): string {
  return String(Math.round(millis ?? Number.NaN));
}

function spansOf({ spans }: TraceTree, service: string, name: string): number[] {
  return [...spans.keys()].filter((at) => spans[at]?.resource.serviceName === service && spans[at].name === name);
}

function durations(tree: TraceTree, service: string, name: string): number[] {
  return spansOf(tree, service, name).map((at) => millisBetween(tree, at, at));
}

function untilBilled(tree: TraceTree): number[] {
  const [checkout] = spansOf(tree, 'gateway', 'POST /checkout');
  if (checkout === undefined) return [];
  return spansOf(tree, 'billing', 'process orders/placed').map((billed) => millisBetween(tree, checkout, billed));
}

/** From the start of one span to the end of another. */
function millisBetween({ startOffsetNanos, endOffsetNanos }: TraceTree, from: number, to: number): number {
  return ((endOffsetNanos[to] ?? Number.NaN) - (startOffsetNanos[from] ?? Number.NaN)) / 1e6;
}
