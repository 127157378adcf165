import { formatDuration } from '../format-duration.ts';
import { printable } from '../printable.ts';
import type { TraceTree } from '../trace-tree.ts';
import type { Finding, FindingKind, FindingOf, OperationFacts, SavableHow } from './finding.ts';

/**
 * One English sentence without the final stop: `62 % of the time is orders waiting for SELECT item (41 calls in a row: N+1)`.
 * All of it is in the finding, but for the name of its root, so that pages in other languages can say it, too. Control characters in names are shown as `�`.
 */
export function describeFinding(finding: Finding, tree: TraceTree): string {
  const sentence = sentences[finding.kind] as (finding: Finding, time: string) => string;
  return printable(sentence(finding, timeOf(finding, tree)));
}

/** How `savableMs` was computed, in a few words: `the calls’ time on the critical path, less the longest`. */
export function describeSaving({ savableHow }: Pick<Finding, 'savableHow'>): string {
  return savings[savableHow];
}

/** `62 % of the time`; of a detached span, which takes no time of the trace's root, `62 % of mailer SEND receipt`. */
function timeOf({ share, root }: Finding, tree: TraceTree): string {
  const { name, resource } = tree.spans[root]!;
  const whole = tree.parent[root] === -1 ? 'the time' : label({ serviceName: resource.serviceName, spanName: name });
  return `${percent(share)} of ${whole}`;
}

function percent(share: number): string {
  return share > 0 && share < 0.005 ? '< 1 %' : `${Math.round(share * 100)} %`;
}

function label({ serviceName, spanName }: OperationFacts): string {
  return `${serviceName} ${spanName}`.trim();
}

const sentences: { readonly [Kind in FindingKind]: (finding: FindingOf<Kind>, time: string) => string } = {
  'n-plus-one': ({ facts }, time) =>
    `${time} is ${serviceOf(facts)} waiting for ${facts.spanName} (${facts.count} calls in a row: N+1)`,
  'repeated-call': ({ facts }, time) =>
    `${time} is ${serviceOf(facts)} waiting for ${facts.spanName} (the same call ${facts.count} times)`,
  'sequential-calls': ({ facts }, time) =>
    `${time} is ${serviceOf(facts)} waiting for ${facts.count} reads in a row that could run side by side (${someOf(facts.spanNames)})`,
  retry: ({ facts }) => describeRetry(facts),
  'time-out': ({ facts }, time) =>
    `${label(facts)} timed out${times(facts.count)} after ${formatDuration(facts.longestNanos)} (${time})`,
  straggler: ({ facts }) =>
    `${facts.stragglers} of ${facts.count} ${label(facts)} side by side took ${formatDuration(facts.longestNanos)}, the median ${formatDuration(facts.medianNanos)}`,
  'queue-wait': ({ facts }) => describeQueueWait(facts),
  'lock-wait': ({ facts }, time) => describeLockWait(facts, time),
  'idle-transaction': ({ facts }) =>
    `${label(facts)} held a transaction open${times(facts.count)} for ${formatDuration(facts.openNanos)}, idle for ${formatDuration(facts.idleNanos)} of it`,
  'blocked-event-loop': ({ facts }, time) =>
    `the event loop of ${serviceOf(facts)} was blocked for ${formatDuration(facts.blockedNanos)} ${facts.byOthers ? 'by other work ' : ''}during ${facts.spanName} (${time})`,
  'uncovered-time': ({ facts }) =>
    `${formatDuration(facts.nanos)} in ${label(facts)} are in no span${facts.nextName === '' ? '' : `, before ${facts.nextName}`}`,
  'error-origin': ({ facts }) => describeError(facts),
  'clock-trouble': ({ facts }) => describeClocks(facts),
};

const savings: { readonly [How in SavableHow]: string } = {
  'all-but-longest': 'the calls’ time on the critical path, less the longest',
  'all-but-first': 'the calls’ time on the critical path after the first answer',
  'until-last-attempt': 'time on the critical path from the first attempt to the last',
  'behind-the-others': 'time on the critical path after the others had ended',
  'whole-wait': 'all of the wait that is on the critical path',
  'blocked-on-path': 'time of the process on the critical path while it was blocked',
  'wait-beside-path': 'the wait; the root itself did not wait, what comes of the message did',
  nothing: 'no time that could be counted',
};

/** Service names may be empty, as may those of spans. */
function serviceOf({ serviceName }: OperationFacts): string {
  return serviceName === '' ? 'an unnamed service' : serviceName;
}

function times(count: number): string {
  return count === 1 ? '' : ` ${count} times`;
}

function someOf(names: readonly string[]): string {
  const rest = names.length - 3;
  return rest > 0 ? `${names.slice(0, 3).join(', ')} and ${rest} more` : names.join(', ');
}

function describeRetry(facts: FindingOf<'retry'>['facts']): string {
  const reasons = facts.timedOut > 0 ? `, ${facts.timedOut} timed out` : '';
  const end = facts.givenUp > 0 ? ', in vain' : '';
  if (facts.calls === 1) return `${label(facts)} was tried ${facts.attempts} times${reasons}${end}`;
  const lost = facts.givenUp > 0 ? `, ${facts.givenUp} in vain` : '';
  return `${facts.calls} calls of ${label(facts)} were tried ${facts.attempts} times${reasons}${lost}`;
}

function describeQueueWait(facts: FindingOf<'queue-wait'>['facts']): string {
  const queue = facts.destination === '' ? 'a queue' : facts.destination;
  const wait = formatDuration(facts.longestNanos);
  return facts.count === 1
    ? `a message from ${facts.producerName} waited ${wait} in ${queue} for ${label(facts)}`
    : `${facts.count} messages from ${facts.producerName} waited up to ${wait} in ${queue} for ${label(facts)}`;
}

function describeLockWait(facts: FindingOf<'lock-wait'>['facts'], time: string): string {
  const what = { connection: 'a connection', lock: 'a lock', transaction: 'a transaction' }[facts.waitsFor];
  const holder = facts.holderName === '' ? '' : ` of ${facts.holderName}`;
  const spans = facts.count === 1 ? '' : `, ${facts.count} times`;
  return `${time} is ${label(facts)} waiting for ${what}${holder} (${formatDuration(facts.totalNanos)}${spans})`;
}

function describeError(facts: FindingOf<'error-origin'>['facts']): string {
  const message = facts.message === '' ? '' : `: ${firstLine(facts.message)}`;
  const spread =
    facts.spread === 0 ? '' : `, which failed ${facts.spread} ${facts.spread === 1 ? 'span' : 'spans'} above it`;
  const services = facts.services.length === 0 ? '' : ` (${someOf(facts.services)})`;
  const root = facts.reachedRoot && facts.spread > 0 ? ' up to the root' : '';
  return `an error began in ${label(facts)}${times(facts.count)}${spread}${services}${root}${message}`;
}

const longestMessage = 120;

function firstLine(message: string): string {
  const line = message.split('\n', 1)[0]!;
  return line.length > longestMessage ? `${line.slice(0, longestMessage - 1)}…` : line;
}

function describeClocks(facts: FindingOf<'clock-trouble'>['facts']): string {
  const nanos = formatDuration(facts.largestNanos);
  const spans = facts.count === 1 ? '' : ` and ${facts.count - 1} more spans`;
  return facts.parentServiceName === facts.serviceName
    ? `the clock of ${serviceOf(facts)} jumps by ${nanos} at ${facts.spanName}${spans}`
    : `the clocks of ${serviceOf(facts)} and ${facts.parentServiceName} disagree by ${nanos} at ${facts.spanName}${spans}`;
}
