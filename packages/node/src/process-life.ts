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
  listenerCount(event: string): number;
  kill(pid: number, signal: EndingSignal): unknown;
}

type EndingSignal = 'SIGTERM' | 'SIGINT';
const SIGNALS: readonly EndingSignal[] = ['SIGTERM', 'SIGINT'];

/** A listener that works whenever the event loop is empty is called again after each flush, and must not go on for ever. */
const mostFlushesAtEnd = 100;

/**
 * Sends what is waiting before the process ends, for at most `deadlineMillis`:
 *
 * - when the event loop is empty (`beforeExit`): the process stays that much longer, also for spans of what other listeners do
 *   then, in a hundred flushes at most that take no longer than that together. When the backend has not taken the spans by
 *   then, the tracer is closed, for a request without an answer would hold the process up for longer;
 * - at SIGTERM and SIGINT: when nobody else listens, the signal is raised again after the flush, so that the
 *   process ends as it would have, and what could not be sent is said before; when the application listens, it decides, and the
 *   flush runs beside it. A second signal is not held up.
 *
 * `process.exit()`, an uncaught exception, SIGKILL and a crash end the process at once, and with it what was not sent
 * yet: JavaScript gets no time to send. Call `shutdown()` before `process.exit()`. At the exit, where there is one, what is lost is said.
 *
 * @returns what takes the listeners away.
 */
export function flushBeforeEnd(tracer: Flushable, process: ProcessEvents, deadlineMillis: number): () => void {
  const last = new LastFlushes(tracer, deadlineMillis);
  // After the other listeners, which may finish spans.
  const beforeExit = (): void => process.nextTick(() => last.next());
  process.on('beforeExit', beforeExit);
  const leaveExit = giveUpAtExit(tracer, process);
  const leaveSignals = holdSignals(process, {
    send: async () => void (await stayAlive(tracer.flush({ deadlineMillis }), deadlineMillis)),
    giveUp: () => giveUp(tracer),
  });
  return () => {
    process.off('beforeExit', beforeExit);
    leaveExit();
    leaveSignals();
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
    giveUp: () => giveUp(tracer),
  });
  try {
    await closing;
  } finally {
    leaveExit();
    leaveSignals();
  }
}

/** At the exit what is left is given up, and what was lost is said: from there on nobody could. Returns what takes the listener away. */
function giveUpAtExit(tracer: Pick<Flushable, 'close'>, process: Pick<ProcessEvents, 'on' | 'off'>): () => void {
  const exit = (): void => void tracer.close({ deadlineMillis: 0 }).catch(() => {});
  process.on('exit', exit);
  return () => process.off('exit', exit);
}

function hasWaiting(tracer: Flushable): boolean {
  return tracer.stats().reporters.some(({ queued, inFlight }) => queued + inFlight > 0);
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
    if (!this.#isFlushing && hasWaiting(this.#tracer)) void this.#flush();
  }

  async #flush(): Promise<void> {
    this.#isFlushing = true;
    this.#left -= 1;
    const startedMillis = performance.now();
    const deadlineMillis = Math.ceil(this.#leftMillis);
    const isInTime = await stayAlive(this.#tracer.flush({ deadlineMillis }), deadlineMillis);
    this.#leftMillis -= performance.now() - startedMillis;
    this.#isFlushing = false;
    if (isInTime && this.#left > 0 && this.#leftMillis > 0) return;
    await giveUp(this.#tracer);
  }
}

/** What is still to be done when a signal comes. */
interface LastWork {
  /** Settles when all is sent, or time is up. */
  readonly send: () => Promise<void>;
  /** Gives up what is left, and says so: the process ends now. An application that hears the signal itself may go on for long. */
  readonly giveUp: () => Promise<void>;
}

/** Returns what lets the signals go again. */
function holdSignals(process: ProcessEvents, work: LastWork): () => void {
  const removals = SIGNALS.map((signal) => holdSignal(process, signal, work));
  return () => {
    for (const remove of removals) remove();
  };
}

/**
 * Stays in the line until the work is done: `signal-exit` ends the process when it finds itself alone there. That it listens
 * says nothing about the application, and it waits for everybody else, so it does not count as one who decides.
 */
function holdSignal(process: ProcessEvents, signal: EndingSignal, { send, giveUp }: LastWork): () => void {
  let isHeld = false;
  let isLeft = false;
  const leave = (): void => {
    isLeft = true;
    process.off(signal, listener);
  };
  const raise = (): void => {
    leave();
    process.kill(process.pid, signal);
  };
  const hold = async (isAlone: boolean): Promise<void> => {
    isHeld = true;
    await send();
    isHeld = false;
    if (!isAlone) return;
    // Whoever has taken us out of the line meanwhile closes the tracer, and holds the signal himself.
    if (!isLeft) await giveUp();
    raise();
  };
  const listener = (): void => {
    const isAlone = process.listenerCount(signal) - 1 <= signalExitListeners(process);
    if (!isHeld) void hold(isAlone);
    else if (isAlone) {
      // There is no time left.
      void giveUp();
      raise();
    }
  };
  // First in the line: a `once` listener before ours would already be gone when we count.
  process.prependListener(signal, listener);
  return leave;
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
  if (hasWaiting(tracer)) await tracer.close({ deadlineMillis: 0 }).catch(() => {});
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
