import type { Moment, Run } from './debug-moments.ts';
import { applicationStackOrNone, placeIn, type Stacked } from './debug-stack.ts';

/** What is known of something asynchronous. */
interface Begun {
  readonly type: string;
  readonly error: Stacked;
  /** What it waits for, when it is a promise. */
  readonly triggerId: number;
  /** Where it was begun. */
  readonly begun: Moment;
}

/** Where to look things up. */
interface Notes {
  noteOf(asyncId: number): Begun | undefined;
  resolvedAt(asyncId: number): Moment | undefined;
}

/** A scope, closed by now. */
interface Life {
  readonly opened: Moment | undefined;
  readonly closed: Moment;
}

/**
 * What some work comes after because it was begun there, or waits for what was settled there, through whatever there is
 * between them. It goes back in time only as far as it is asked: who opens scopes in a loop asks of many.
 */
export class Past {
  private readonly notes: Notes;
  /** The latest moments of what it comes after. */
  private readonly reached: Map<Run, number> = new Map();
  /** Where to go on from there: the latest at the end. */
  private readonly ahead: Moment[] = [];

  constructor(work: Run, notes: Notes) {
    this.notes = notes;
    this.reach(work, Number.POSITIVE_INFINITY);
  }

  /**
   * Whether the work waited for what has closed a scope: not only whether it runs later. True as well when the way back
   * is too long to be followed, for then nothing can be said.
   */
  hasWaitedForClose(life: Life): boolean {
    const { runs, at } = life.closed;
    // What was before the close has not waited for it.
    while ((this.ahead.at(-1)?.at ?? 0) > at) {
      const moment = this.ahead.pop() as Moment;
      for (const run of moment.runs) this.reach(run, moment.at);
      if (this.reached.size > maxRuns) return true;
    }
    return runs.some((run) => this.comesAfter(run, at)) || this.comesAfterHandles(life);
  }

  private comesAfter(run: Run, at: number): boolean {
    return (this.reached.get(run) ?? 0) > at;
  }

  private reach(run: Run, at: number): void {
    if (this.reached.has(run)) return;
    this.reached.set(run, at);
    for (const moment of causesOf(run, this.notes)) {
      let place = this.ahead.length;
      while (place > 0 && (this.ahead[place - 1] as Moment).at > moment.at) place--;
      this.ahead.splice(place, 0, moment);
    }
  }

  /**
   * The same of a later call of the handle in which the scope was closed, or of one that was opened together with it, as
   * those of a child process are, where that was while the scope was open.
   */
  private comesAfterHandles(life: Life): boolean {
    const handles = handlesOf(life, this.notes);
    if (handles.length === 0) return false;
    return [...this.reached].some(([{ asyncId }, at]) => {
      const note = at > life.closed.at ? this.notes.noteOf(asyncId) : undefined;
      if (note === undefined || !handleTypes.has(note.type)) return false;
      return handles.some((handle) => handle === note || isOfOneCall(handle, note));
    });
  }
}

function* causesOf({ asyncId }: Run, notes: Notes): Generator<Moment> {
  const note = notes.noteOf(asyncId);
  if (note === undefined) return;
  yield note.begun;
  const settled = settlingOf(note, notes);
  if (settled !== undefined) yield settled;
  if (note.type !== 'PROMISE' || !isOfAll(note)) return;
  // Who comes last in a `Promise.all` settles it for all, and it has waited for the others.
  for (const other of begunBeside(asyncId, note, notes)) {
    const resolved = settlingOf(other, notes);
    if (resolved !== undefined && stackOf(other) === stackOf(note)) yield resolved;
  }
}

/** When the promise was settled that it waits for. One that waits for none has what it was begun in for that. */
function settlingOf({ type, triggerId, begun }: Begun, notes: Notes): Moment | undefined {
  if (type !== 'PROMISE' || triggerId === begun.runs.at(-1)?.asyncId) return undefined;
  return notes.resolvedAt(triggerId);
}

/** What else was begun in the same run, near it. */
function* begunBeside(asyncId: number, { begun }: Begun, notes: Notes): Generator<Begun> {
  const run = begun.runs.at(-1) as Run;
  for (const step of [-1, 1]) {
    for (let away = 1; away <= maxBeside; away++) {
      const other = notes.noteOf(asyncId + step * away);
      if (other === undefined) continue;
      if (!other.begun.runs.includes(run)) break;
      yield other;
    }
  }
}

/** Whether it is one of the `then` by which `Promise.all` and `allSettled` wait. */
function isOfAll(note: Begun): boolean {
  return /\.all(?:Settled)? \(<anonymous>\)$/m.test(stackOf(note));
}

/** The application may have an `Error.prepareStackTrace` that gives anything, or throws. */
function stackOf({ error }: Begun): string {
  try {
    return String(error.stack);
  } catch {
    return '';
  }
}

/** The handles that were opened while the scope was open, and on which, or in what they had begun, it was closed. */
function handlesOf(life: Life, notes: Notes): Begun[] {
  const handles: Begun[] = [];
  const opened = life.opened?.at ?? 0;
  const runs = new Set(life.closed.runs);
  // What is added while this loops is looped over, too.
  for (const { asyncId } of runs) {
    const note = notes.noteOf(asyncId);
    if (note === undefined || note.begun.at < opened) continue;
    if (handleTypes.has(note.type)) handles.push(note);
    if (runs.size < maxRuns) for (const run of note.begun.runs) runs.add(run);
  }
  return handles;
}

/** Whether one call of the application has opened both. */
function isOfOneCall(one: Begun, other: Begun): boolean {
  if (one.begun.runs.at(-1) !== other.begun.runs.at(-1)) return false;
  // The first line, because how much there is of the rest depends on how deep Node was in it.
  const place = placeIn(applicationStackOrNone(one.error));
  return place !== '' && place === placeIn(applicationStackOrNone(other.error));
}

/** They call back many times, and nothing that Node tells leads from one call to the next. */
const handleTypes: ReadonlySet<string> = new Set([
  'MESSAGEPORT',
  'PIPEWRAP',
  'PROCESSWRAP',
  'TCPWRAP',
  'TLSWRAP',
  'TTYWRAP',
  'UDPWRAP',
  'WORKER',
]);
const maxRuns = 1000;
const maxBeside = 1000;
