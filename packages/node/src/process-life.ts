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
 *   process ends as it would have; when the application listens, it decides, and the flush runs beside it. A
 *   second signal is not held up.
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
  const removals = SIGNALS.map((signal) => flushAtSignal(tracer, process, signal, deadlineMillis));
  return () => {
    process.off('beforeExit', beforeExit);
    leaveExit();
    for (const remove of removals) remove();
  };
}

/** Closes the tracer, at the latest when the process exits meanwhile: then what is left is given up and said. */
export async function closeBeforeExit(
  tracer: Pick<Flushable, 'close'>,
  process: Pick<ProcessEvents, 'on' | 'off'>,
  deadlineMillis: number,
): Promise<void> {
  const leaveExit = giveUpAtExit(tracer, process);
  try {
    await tracer.close({ deadlineMillis });
  } finally {
    leaveExit();
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
    const isInTime = await stayAlive(this.#tracer, Math.ceil(this.#leftMillis));
    this.#leftMillis -= performance.now() - startedMillis;
    this.#isFlushing = false;
    if (isInTime && this.#left > 0 && this.#leftMillis > 0) return;
    if (hasWaiting(this.#tracer)) await this.#tracer.close({ deadlineMillis: 0 }).catch(() => {});
  }
}

function flushAtSignal(
  tracer: Flushable,
  process: ProcessEvents,
  signal: EndingSignal,
  deadlineMillis: number,
): () => void {
  const listener = (): void => {
    process.off(signal, listener);
    const alone = process.listenerCount(signal) === 0;
    const flushed = stayAlive(tracer, deadlineMillis);
    if (alone) void flushed.then(() => process.kill(process.pid, signal));
  };
  // First in the line: a `once` listener before ours would already be gone when we count.
  process.prependListener(signal, listener);
  return () => process.off(signal, listener);
}

/**
 * Flushes and keeps the event loop going meanwhile, for its timers and idle connections do not. Whether the flush was over
 * before the deadline.
 */
async function stayAlive(tracer: Flushable, deadlineMillis: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, deadlineMillis, false);
  });
  const flushed = tracer.flush({ deadlineMillis }).then(
    () => true,
    () => true,
  );
  const isInTime = await Promise.race([flushed, deadline]);
  clearTimeout(timer);
  return isInTime;
}
