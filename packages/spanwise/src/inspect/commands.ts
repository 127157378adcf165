import {
  describeFinding,
  describeSaving,
  describeWarning,
  evidenceIds,
  findFindings,
  findingLines,
  formatDuration,
  subjectId,
  textWaterfall,
} from '@spanwise/analysis';
import type { Finding, TraceTree } from '@spanwise/analysis';
import { spanIdHex } from '@spanwise/wire';
import type { TraceSearchAnswer, TraceSummary } from '@spanwise/wire/query';
import { Command, Option } from 'commander';

import { parseCount, parseQuery, parseTime, parseTraceId, parseUrl } from './amounts.ts';
import { CollectorQuery } from './collector-query.ts';
import { printedJson } from './printed-json.ts';
import { textTable } from './text-table.ts';
import { TopFindings } from './top-findings.ts';

const mostTraces = 1000;

interface Options {
  readonly url: string;
  readonly json?: boolean;
  readonly service?: string;
  readonly operation?: string;
  readonly tag?: readonly string[];
  readonly query?: string;
  readonly minDuration?: string;
  readonly since: string;
  readonly limit: string;
  readonly traces: string;
}

/** `spanwise traces`: what came lately, as a list. */
export function tracesCommand(): Command {
  return searching(new Command('traces').description('lists traces of a running collector, newest first'))
    .addOption(new Option('--min-duration <TIME>', 'only with a span that took so long, such as 250ms'))
    .addOption(new Option('--limit <N>', `how many at most, 1 to ${mostTraces}`).default('20'))
    .addHelpText(
      'after',
      `
Examples:
  spanwise traces --service gateway --since 5m
  spanwise traces --tag error=true --min-duration 500ms
  spanwise traces --query 'service=orders http.status_code>=500 duration>200ms'
  spanwise traces --json --limit 100
`,
    )
    .action(async (options: Options) => {
      const limit = parseCount('--limit', options.limit, mostTraces);
      const answer = await search(options, limit);
      const { traces } = answer;
      if (options.json) return console.log(printedJson(traces));
      console.log(traces.length === 0 ? nothingFound(options) : listOf(traces));
      sayWhatWasLeftOut(answer, limit);
    });
}

/** `spanwise trace ID`: one trace with what was found in it. */
export function traceCommand(): Command {
  return asking(new Command('trace').description('shows one trace: what was found in it, and where its time went'))
    .argument('<ID>', 'the trace id, as "spanwise traces" prints it, or a traceparent')
    .addHelpText('after', '\nExample:\n  spanwise trace 4bf92f3577b34da6a3ce929d0e0e4736\n')
    .action(async (id: string, options: Options) => {
      const tree = await new CollectorQuery(parseUrl(options.url)).trace(parseTraceId(id));
      const findings = findFindings(tree);
      if (options.json)
        return console.log(
          printedJson({ traceId: parseTraceId(id), findings: withIds(tree, findings), warnings: warningsOf(tree) }),
        );
      const color = process.stdout.isTTY;
      const width = Math.min(Math.max(process.stdout.columns ?? 100, 60), 160);
      console.log([...findingLines(tree, 3, findings), textWaterfall(tree, { color, width })].join('\n'));
    });
}

/** What is odd about the spans, with their ids and in words. */
function warningsOf(tree: TraceTree): readonly object[] {
  return tree.warnings.map((warning) => ({
    kind: warning.kind,
    spanId: spanIdHex(tree.spans[warning.index]!),
    nanos: warning.nanos,
    text: describeWarning(tree, warning),
  }));
}

/** `spanwise top`: what could save most, over many traces. */
export function topCommand(): Command {
  return searching(
    new Command('top').description('ranks operations and kinds of findings by the time that they could save'),
  )
    .addOption(new Option('--limit <N>', 'how many lines at most, 1 to 1000').default('10'))
    .addOption(new Option('--traces <N>', `how many traces to look at, the newest, 1 to ${mostTraces}`).default('200'))
    .addHelpText('after', '\nExamples:\n  spanwise top --since 15m\n  spanwise top --service gateway --traces 1000\n')
    .action(async (options: Options) => {
      const limit = parseCount('--limit', options.limit, 1000);
      const most = parseCount('--traces', options.traces, mostTraces);
      const answer = await search(options, most);
      const { traces } = answer;
      const { top, missing } = await topOf(options.url, traces);
      const ranking = top.ranking().slice(0, limit);
      if (options.json) return console.log(printedJson(ranking));
      const read = traces.length - missing;
      if (traces.length === 0) console.log(nothingFound(options));
      else console.log(ranking.length === 0 ? `nothing was found in ${read} traces` : rankingOf(ranking, read));
      sayWhatWasLeftOut(answer, most);
      if (!answer.complete && traces.length >= most)
        console.error(
          `looked at the newest ${most} traces only, back to ${backTo(answer)}; ask for more with --traces`,
        );
      if (missing > 0) console.error(`${missing} of ${traces.length} traces had gone before they could be read`);
    });
}

/** Whoever reads JSON does not have the tree that positions are those of. */
function withIds(tree: TraceTree, findings: readonly Finding[]): unknown[] {
  return findings.map((finding) => ({
    ...finding,
    text: describeFinding(finding, tree),
    saving: describeSaving(finding),
    root: spanIdHex(tree.spans[finding.root]!),
    subject: subjectId(tree, finding),
    evidence: evidenceIds(tree, finding),
  }));
}

function asking(command: Command): Command {
  return command
    .addOption(new Option('--url <URL>', "the collector's page").env('SPANWISE_URL').default('http://127.0.0.1:9411'))
    .addOption(new Option('--json', 'print JSON'))
    .helpOption('-h, --help', 'print this');
}

function searching(command: Command): Command {
  return asking(command)
    .addOption(new Option('--service <NAME>', 'only traces with a span of this service'))
    .addOption(new Option('--operation <NAME>', '… and of this operation'))
    .addOption(
      new Option('--tag <KEY=VALUE>', '… and with this tag, or this key; may be given again').argParser(collect),
    )
    .addOption(new Option('--query <QUERY>', '… and that meets this query, as the page takes it'))
    .addOption(new Option('--since <TIME>', 'how far back, such as 15m or 2h').default('1h'));
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function search(options: Options, limit: number): ReturnType<CollectorQuery['search']> {
  const { url, service, operation, tag, query, minDuration, since } = options;
  const endMicros = Date.now() * 1000;
  return new CollectorQuery(parseUrl(url)).search({
    service,
    operation,
    tag,
    q: query === undefined ? undefined : parseQuery('--query', query),
    minDurationMicros: minDuration && String(Math.round(parseTime('--min-duration', minDuration) * 1000)),
    startMicros: String(Math.max(0, Math.round(endMicros - parseTime('--since', since) * 1000))),
    endMicros: String(endMicros),
    limit: String(limit),
  });
}

/** For people: what is printed as JSON is not commented on. */
function sayWhatWasLeftOut(answer: TraceSearchAnswer, limit: number): void {
  if (!answer.complete && answer.traces.length < limit)
    console.error(`looked back to ${backTo(answer)} only; ask for less time`);
}

function backTo({ searchedBackToMicros }: TraceSearchAnswer): string {
  return new Date(searchedBackToMicros / 1000).toISOString();
}

interface Top {
  readonly top: TopFindings;
  /** Traces that were not there any more. */
  readonly missing: number;
}

async function topOf(url: string, traces: readonly TraceSummary[]): Promise<Top> {
  const query = new CollectorQuery(url);
  const top = new TopFindings();
  let missing = 0;
  for (const { traceId } of traces) {
    const tree = await query.traceIfThere(traceId);
    if (tree === undefined) missing++;
    else top.add(traceId, tree);
  }
  return { top, missing };
}

function listOf(traces: readonly TraceSummary[]): string {
  const rows = traces.map(({ traceId, startMicros, durationMicros, rootService, rootName, spanCount, errorCount }) => [
    traceId,
    new Date(startMicros / 1000).toISOString(),
    formatDuration(durationMicros * 1000),
    String(spanCount),
    errorCount === 0 ? '' : String(errorCount),
    `${rootService} ${rootName}`.trim(),
  ]);
  return textTable(['trace', 'start', 'duration', 'spans', 'errors', 'root'], rows, [2, 3, 4]);
}

function rankingOf(ranking: ReturnType<TopFindings['ranking']>, traces: number): string {
  const rows = ranking.map(({ savableMs, traces: count, kind, service, operation, example }) => [
    formatDuration(savableMs * 1e6),
    `${count} of ${traces}`,
    kind,
    `${service} ${operation}`.trim(),
    example,
  ]);
  return textTable(['could save', 'traces', 'finding', 'operation', 'for example'], rows, [0, 1]);
}

function nothingFound({ since, service }: Options): string {
  const whose = service === undefined ? '' : ` of ${service}`;
  return `no trace${whose} in the last ${since}; ask for more with --since`;
}
