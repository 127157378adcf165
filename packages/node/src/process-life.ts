/** What is asked of a tracer when its process is about to end. */
export interface Flushable {
  /** Settles when all is delivered, or at the deadline. */
  flush(options: { deadlineMillis: number }): Promise<void>;
  /** Gives up what is left at the deadline, requests in flight included. */
  close(options: { deadlineMillis: number }): Promise<void>;
  stats(): { readonly reporters: readonly { readonly queued: number; readonly inFlight: number }[] };
}

/** The part of `process` that is used. */
export interface ProcessEvents {
  readonly pid: number;
  nextTick(run: () => void): void;
  on(event: 'beforeExit' | 'exit', listener: () => void): unknown;
  prependListener(event: EndingSignal, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  listeners(event: string): readonly unknown[];
  kill(pid: number, signal: EndingSignal): unknown;
}

type EndingSignal = 'SIGTERM' | 'SIGINT';
const SIGNALS: readonly EndingSignal[] = ['SIGTERM', 'SIGINT'];

/** A listener that works whenever the event loop is empty is called again after each flush, and must not go on for ever. */
const mostFlushesAtEnd = 100;
const mostFlushesAtSignal = 5;
/** Shells and npm hand on what the terminal has sent already: a signal that soon is the same one. */
const sameSignalMillis = 100;
/** Longer than a raised signal takes to its other listeners. */
const rejoinMillis = 100;

/** Who hears what could not be sent. */
export type LossListener = (message: string) => void;

/**
 * Sends what is waiting before the process ends, for at most `deadlineMillis`:
 *
 * - when the event loop is empty (`beforeExit`): the process stays that much longer, also for spans of what other listeners do
 *   then, in a hundred flushes at most that take no longer than that together. When the backend has not taken the spans by
 *   then, the tracer is closed, for a request without an answer would hold the process up for longer;
 * - at SIGTERM and SIGINT: when nobody else listens, the signal is raised again after the flush, so that the
 *   process ends as it would have, and what could not be sent is said before. A process that lives on all the same keeps its
 *   tracer. When the application listens, it decides, and the flush runs beside it; the signal that it raises again is held
 *   until the spans are sent. A second signal is not held up.
 *
 * `process.exit()`, an uncaught exception, SIGKILL and a crash end the process at once, and with it what was not sent
 * yet: JavaScript gets no time to send. Call `shutdown()` before `process.exit()`. At the exit, where there is one, what is lost is said.
 *
 * @returns what takes the listeners away.
 */
export function flushBeforeEnd(
  tracer: Flushable,
  process: ProcessEvents,
  deadlineMillis: number,
  say: LossListener,
): () => void {
  const last = new LastFlushes(tracer, deadlineMillis);
  // After the other listeners, which may finish spans.
  const beforeExit = (): void => process.nextTick(() => last.next());
  process.on('beforeExit', beforeExit);
  const leaveExit = giveUpAtExit(tracer, process);
  const leaveSignals = holdSignals(process, {
    send: () => flushAll(tracer, deadlineMillis),
    // Not given up: it is not known whether the signal ends the process.
    raising: (signal) => {
      const count = waitingSpans(tracer);
      if (count > 0) say(`spanwise: ${count} ${count === 1 ? 'span was' : 'spans were'} not sent before ${signal}`);
    },
  });
  return () => {
    process.off('beforeExit', beforeExit);
    leaveExit();
    void leaveSignals();
  };
}

/**
 * Closes the tracer, at the latest when the process exits meanwhile: then what is left is given up and said. A signal that
 * nobody else hears waits for it.
 */
export async function closeBeforeExit(
  tracer: Flushable,
  process: ProcessEvents,
  deadlineMillis: number,
): Promise<void> {
  const closing = tracer.close({ deadlineMillis });
  const leaveExit = giveUpAtExit(tracer, process);
  const leaveSignals = holdSignals(process, {
    send: async () => void (await stayAlive(closing, deadlineMillis)),
    raising: () => void giveUp(tracer),
  });
  try {
    await closing;
  } finally {
    leaveExit();
    await leaveSignals();
  }
}

/** At the exit what is left is given up, and what was lost is said: from there on nobody could. Returns what takes the listener away. */
function giveUpAtExit(tracer: Pick<Flushable, 'close'>, process: Pick<ProcessEvents, 'on' | 'off'>): () => void {
  const exit = (): void => void tracer.close({ deadlineMillis: 0 }).catch(() => {});
  process.on('exit', exit);
  return () => process.off('exit', exit);
}

function waitingSpans(tracer: Flushable): number {
  return tracer.stats().reporters.reduce((most, { queued, inFlight }) => Math.max(most, queued + inFlight), 0);
}

/** Until nothing waits, or time is up: spans finish while others are sent. A busy process would go on until the deadline, hence the limit. */
async function flushAll(tracer: Flushable, deadlineMillis: number): Promise<void> {
  const startedMillis = performance.now();
  for (let turn = 0; turn < mostFlushesAtSignal; turn += 1) {
    const leftMillis = Math.ceil(deadlineMillis - (performance.now() - startedMillis));
    if (leftMillis <= 0) return;
    const isInTime = await stayAlive(tracer.flush({ deadlineMillis: leftMillis }), leftMillis);
    if (!isInTime || waitingSpans(tracer) === 0) return;
  }
}

/**
 * The flushes of an empty event loop. Whoever listens for `beforeExit` may do more work, and its spans are sent when the loop
 * is empty again; all flushes have the one deadline together.
 */
class LastFlushes {
  readonly #tracer: Flushable;
  #leftMillis: number;
  #left: number = mostFlushesAtEnd;
  #isFlushing = false;

  constructor(tracer: Flushable, deadlineMillis: number) {
    this.#tracer = tracer;
    this.#leftMillis = deadlineMillis;
  }

  /** The event loop is empty. */
  next(): void {
    if (!this.#isFlushing && this.#left > 0 && waitingSpans(this.#tracer) > 0) void this.#flush();
  }

  async #flush(): Promise<void> {
    this.#isFlushing = true;
    this.#left -= 1;
    const startedMillis = performance.now();
    const deadlineMillis = Math.ceil(this.#leftMillis);
    const isInTime = await stayAlive(this.#tracer.flush({ deadlineMillis }), deadlineMillis);
    this.#leftMillis -= performance.now() - startedMillis;
    this.#isFlushing = false;
    if (isInTime && this.#leftMillis > 0) return;
    await giveUp(this.#tracer);
  }
}

/** What is still to be done when a signal comes. */
interface LastWork {
  /** Settles when all is sent, or time is up. */
  readonly send: () => Promise<void>;
  /** The signal is about to be raised, and may end the process at once. */
  readonly raising: (signal: EndingSignal) => void;
}

/** Listeners of every tracer of the process: while one is being closed another may have begun, and neither is the application. */
const ours = new WeakSet<() => void>();

/** Returns what lets the signals go again. */
function holdSignals(process: ProcessEvents, work: LastWork): () => Promise<void> {
  const held = new HeldSignals(process, work);
  return () => held.leave();
}

/**
 * Stays in the line until the work is done: `signal-exit` ends the process when it finds itself alone there. That it listens
 * says nothing about the application, and it waits for everybody else, so it does not count as one who decides.
 */
class HeldSignals {
  readonly #process: ProcessEvents;
  readonly #work: LastWork;
  readonly #listeners: ReadonlyMap<EndingSignal, () => void>;
  /** When the signal came that was left to us alone. */
  #heldSinceMillis: number | undefined;
  #isSending = false;
  #isLeft = false;

  constructor(process: ProcessEvents, work: LastWork) {
    this.#process = process;
    this.#work = work;
    this.#listeners = new Map(SIGNALS.map((signal) => [signal, () => this.#hear(signal)]));
    for (const listener of this.#listeners.values()) ours.add(listener);
    for (const signal of SIGNALS) this.#join(signal);
  }

  /** After a turn of the event loop: a signal that has come while it was blocked is still to be heard. */
  async leave(): Promise<void> {
    this.#isLeft = true;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    for (const [signal, listener] of this.#listeners) this.#process.off(signal, listener);
  }

  /** First in the line: a `once` listener before ours would already be gone when we count. */
  #join(signal: EndingSignal): void {
    this.#process.prependListener(signal, this.#listeners.get(signal)!);
  }

  #hear(signal: EndingSignal): void {
    const others = this.#process.listeners(signal).filter((listener) => !ours.has(listener as () => void));
    const isAlone = others.length <= signalExitListeners(this.#process);
    if (!isAlone) void this.#sendBeside();
    else if (this.#heldSinceMillis === undefined) void this.#hold(signal);
    else if (performance.now() - this.#heldSinceMillis >= sameSignalMillis) this.#raise(signal);
  }

  /** The application decides when the process ends. It may raise the signal again when it is done, and we hear that alone. */
  async #sendBeside(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    await this.#work.send();
    this.#isSending = false;
  }

  async #hold(signal: EndingSignal): Promise<void> {
    const heldSinceMillis = performance.now();
    this.#heldSinceMillis = heldSinceMillis;
    await this.#work.send();
    // Otherwise a second signal was not held up.
    if (this.#heldSinceMillis === heldSinceMillis) this.#raise(signal);
  }

  #raise(signal: EndingSignal): void {
    this.#heldSinceMillis = undefined;
    // Whoever has taken us out of the line closes the tracer, and holds the signal himself.
    if (!this.#isLeft) this.#work.raising(signal);
    this.#process.off(signal, this.#listeners.get(signal)!);
    this.#process.kill(this.#process.pid, signal);
    // A process may live on: others listen by now, or the kernel spares it, as it does the first one of a container.
    setTimeout(() => {
      if (!this.#isLeft) this.#join(signal);
    }, rejoinMillis).unref();
  }
}

/** How many listeners for each signal are those of npm's `signal-exit`, of its versions 4 and 3; many packages bring it along. */
function signalExitListeners(process: ProcessEvents & SignalExitThree): number {
  const four = (globalThis as SignalExitFour)[signalExitKey]?.count;
  const three = process.__signal_exit_emitter__?.count;
  return [four, three].reduce<number>((sum, count) => sum + (typeof count === 'number' ? count : 0), 0);
}

const signalExitKey = Symbol.for('signal-exit emitter');

interface SignalExitFour {
  readonly [signalExitKey]?: { readonly count?: unknown };
}

interface SignalExitThree {
  readonly __signal_exit_emitter__?: { readonly count?: unknown };
}

/** Gives up what is left, which is then said. Never rejects. */
async function giveUp(tracer: Flushable): Promise<void> {
  if (waitingSpans(tracer) > 0) await tracer.close({ deadlineMillis: 0 }).catch(() => {});
}

/**
 * Keeps the event loop going while the tracer's work is under way, for its timers and idle connections do not. Whether it was
 * over before the deadline.
 */
async function stayAlive(work: Promise<void>, deadlineMillis: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, deadlineMillis, false);
  });
  const done = work.then(
    () => true,
    () => true,
  );
  const isInTime = await Promise.race([done, deadline]);
  clearTimeout(timer);
  return isInTime;
}
