import { defaultThresholds as from, describeFinding } from '@spanwise/analysis';
import type { Finding, FindingKind, SavableHow, Severity, TraceTree } from '@spanwise/analysis';

/** With a space before it that is narrow and does not break. */
const ms = '\u202fms';

const worth = `${from.savableMs}${ms} could be saved, or a tenth of the whole and at least ${from.savableFloorMs}${ms}`;

const kinds = {
  'n-plus-one': {
    name: 'N+1 calls',
    about: 'Calls that differ in their values only, made one after the other; one call for all of them would do.',
    from: `Told from ${from.nPlusOneCalls} calls on, when ${worth}.`,
    advice: 'Ask for all of them at once: a join, IN or ANY, a batch method, a data loader.',
  },
  'repeated-call': {
    name: 'Repeated call',
    about: 'A service was asked for the same thing again.',
    from: `Told from ${from.repeatedCalls} same calls on, when ${worth}.`,
    advice: 'Keep the first answer for the request, and hand it down.',
  },
  'sequential-calls': {
    name: 'Calls in a row',
    about: 'Reads that were made one after the other. Whether one needs the answer of another, a trace does not show.',
    from: `Told from ${from.sequentialCalls} reads on, when ${from.sequentialSavableMs}${ms} and a tenth of the whole could be saved.`,
    advice: 'If they do not need each other’s answers, make them side by side: Promise.all.',
  },
  retry: {
    name: 'Retry',
    about: 'The same call was made again because it failed or timed out.',
    from: `Told from ${from.retryAttempts} attempts on.`,
    advice: 'Look at why the first attempt failed; bound the attempts, back off, break the circuit.',
  },
  'time-out': {
    name: 'Time-out',
    about: 'A call was given up after a wait.',
    from: 'Told from the first one on.',
    advice: 'Look at what the other side did meanwhile. A shorter limit fails sooner.',
  },
  straggler: {
    name: 'Straggler',
    about: 'Of like calls side by side, few took much longer, and all the others had to wait for them.',
    from: `Told of ${from.fanOutSpans} calls or more, from ${from.stragglerRatio} times the median of the others on, when ${worth}.`,
    advice: 'Look at the host or the key that it went to; send a second call after a while, or split the work evenly.',
  },
  'queue-wait': {
    name: 'Wait in a queue',
    about: 'A message lay in a queue before somebody took it.',
    from: `Told from ${from.queueWaitMs}${ms} on.`,
    advice: 'More consumers, smaller batches, a queue of its own for slow messages.',
  },
  'lock-wait': {
    name: 'Wait for a lock',
    about: 'A call waited for a lock, a connection or somebody else’s transaction.',
    from: `Told from ${from.lockWaitMs}${ms} for one wait on, and from ${from.plainWaitMs}${ms} where only its duration tells of the wait.`,
    advice: 'Shorten the transaction that holds it; a larger pool; take locks in one order.',
  },
  'idle-transaction': {
    name: 'Idle transaction',
    about: 'A transaction was held open while no statement of it ran; others may have waited for it.',
    from: `Told from ${from.idleTransactionMs}${ms} on that are half of the transaction.`,
    advice: 'Do not call others, or compute, while a transaction is open.',
  },
  'blocked-event-loop': {
    name: 'Blocked event loop',
    about: 'Code gave nothing else in its process a turn.',
    from: `Told from ${from.blockedLoopMs}${ms} in one block on, or ${from.blockedLoopSumMs}${ms} in shorter ones, when the process had a processor for half of them; in a process that is new, from ${from.warmUpLeastMs}${ms} on.`,
    advice: 'Move the work to a worker thread, or cut it into pieces.',
  },
  'uncovered-time': {
    name: 'Time in no span',
    about: 'A span waited for none of its children, and nothing tells what it did.',
    from: `Told from ${from.uncoveredMs}${ms} on that are a fifth of the whole.`,
    advice: 'Trace what is there. Before a query it is often the wait for a connection.',
  },
  'error-origin': {
    name: 'Origin of an error',
    about: 'An error began here and came up; those above only passed it on.',
    from: 'Told from the first one on, unless the caller took care of it.',
    advice: 'Look here, not at those above.',
  },
  'clock-trouble': {
    name: 'Clocks disagree',
    about: 'Children begin before their parents, servers run outside their callers, or durations are below zero.',
    from: `Told from ${from.clockSkewMs}${ms} on.`,
    advice:
      'Synchronise the clocks of the hosts, and trust no time between the two services. “Correct clocks” moves spans.',
  },
} satisfies Readonly<Record<FindingKind, KindWords>>;

export interface KindWords {
  readonly name: string;
  readonly about: string;
  readonly from: string;
  readonly advice: string;
}

const hows: Readonly<Record<SavableHow, string>> = {
  'all-but-longest': 'the calls’ time on the critical path, less the longest call',
  'all-but-first': 'the calls’ time on the critical path after the first answer',
  'until-last-attempt': 'the time on the critical path from the first attempt to the last',
  'behind-the-others': 'the time on the critical path after all others had ended',
  'whole-wait': 'all of the wait that is on the critical path; so it is the most',
  'blocked-on-path': 'the time of the process on the critical path while it was blocked',
  'wait-beside-path': 'the wait itself; nobody above waited for it, what comes of the message did',
  nothing: 'it costs no time that could be counted',
};

const severities: Readonly<Record<Severity, string>> = {
  high: 'matters much',
  medium: 'matters',
  low: 'matters little',
};

/** Every kind, in the order in which they are explained. */
export const findingKinds = Object.keys(kinds) as readonly FindingKind[];

/** What is wrong with a trace. */
export const findingsWords = {
  title: 'Findings',
  all: (n: number) => (n === 1 ? 'More about it' : `All ${n} findings`),
  nothing: 'No finding: nothing stands out in this trace.',
  nothingButErrors: (n: number, count: string) =>
    n === 1
      ? 'No finding, but a span failed: “Next error” leads there.'
      : `No finding, but ${count} spans failed: “Next error” leads to them.`,
  later: 'Findings are looked for when the tags and logs of all spans are here.',
  nothingHelp:
    'Nothing stands out in this trace. A call that is slow by itself is no finding; the critical path shows it.',
  whatIsLookedFor: 'What is looked for',
  doNotAdd: 'What could save most stands first. Findings may share time: do not add them up.',
  /** What stands before a sentence, and what after it. */
  label: (kindName: string) => `${kindName}: `,
  labelSaving: (kindName: string, duration: string) => `${kindName}, ${duration} to save: `,
  stop: '. ',
  kindName: (kind: FindingKind): string => kinds[kind].name,
  about: (kind: FindingKind): string => `${kinds[kind].about} ${kinds[kind].from}`,
  advice: (kind: FindingKind): string => kinds[kind].advice,
  how: (how: SavableHow): string => hows[how],
  howSentence: (how: SavableHow) => `${hows[how][0]!.toUpperCase()}${hows[how].slice(1)}.`,
  severity: (severity: Severity) => severities[severity],
  sentence: (finding: Finding, tree: TraceTree) => describeFinding(finding, tree),
  saved: (duration: string) => `${duration} could be saved`,
  savedHow: (duration: string, how: string) => `${duration} could be saved: ${how}.`,
  savesNothing: 'It costs no time that could be counted.',
  counted: 'How that is counted',
  why: 'Why it is told',
  whatToDo: 'What to do',
  evidence: (n: number, count: string) => (n === 1 ? 'The span' : `${count} spans`),
  more: (count: string) => `and ${count} more; the waterfall steps through all`,
  place: (at: string, count: string) => `${at} of ${count}`,
  previousEvidence: 'Previous span of the finding',
  nextEvidence: 'Next span of the finding',
};

export type FindingsWords = typeof findingsWords;
