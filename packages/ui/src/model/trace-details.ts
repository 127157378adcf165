import type { SpanRecord } from '@spanwise/wire/span-record';
import { storedKey } from './span-key.ts';

/** Where a `TraceDetails` gets spans from. */
export interface DetailsSource {
  /** The spans of the trace that start in the range, both ends included. */
  read(
    range: { readonly startMicros: number; readonly endMicros: number },
    signal: AbortSignal,
  ): Promise<readonly SpanRecord[]>;
  /** Resolves when a failed window should be tried again; rejects when the signal is aborted. */
  pause(failures: number, signal: AbortSignal): Promise<void>;
  /** Whether trying again by itself makes sense. */
  isPassing(error: unknown): boolean;
}

export type DetailsState = 'absent' | 'loading' | 'failed' | 'here';

/** A run of spans that are read together: from `first` to before `end`. */
interface DetailsWindow {
  readonly first: number;
  readonly end: number;
  state: DetailsState;
  failures: number;
}

/** About so many spans are read together: a window of them takes the collector a tenth of a second. */
export const spansInWindow = 5000;

/** Windows that are read because rows of them are in view; more are far apart, and are read when somebody asks. */
const mostInView = 8;

/**
 * The tags, logs and other details of a trace of which only an outline is here. They come in windows of spans by start: those that
 * somebody looks at, or all. Failed ones are tried again.
 */
export class TraceDetails {
  readonly #outline: readonly SpanRecord[];
  readonly #source: DetailsSource;
  readonly #records: (SpanRecord | undefined)[];
  readonly #windows: readonly DetailsWindow[];
  readonly #arrived: DetailsWindow[] = [];
  readonly #listeners = new Set<() => void>();
  #resting = new AbortController();
  #loaded = 0;
  #version = 0;
  #filling = false;

  /** `outline` is sorted by start. */
  constructor(outline: readonly SpanRecord[], source: DetailsSource, size: number = spansInWindow) {
    this.#outline = outline;
    this.#source = source;
    this.#records = Array.from({ length: outline.length });
    this.#windows = windowsOf(outline, size);
  }

  /** Spans whose details are here. */
  get loaded(): number {
    return this.#loaded;
  }

  /** Changes whenever anything does. */
  get version(): number {
    return this.#version;
  }

  /** Whether all is being read. */
  get filling(): boolean {
    return this.#filling;
  }

  /** Whether a window could not be read, and waits. */
  get failing(): boolean {
    return this.#windows.some(({ state }) => state === 'failed');
  }

  /** Windows in the order in which they came, as positions in the outline: from `first` to before `end`. */
  get arrived(): readonly { readonly first: number; readonly end: number }[] {
    return this.#arrived;
  }

  /** All spans, once they are here. */
  get whole(): readonly SpanRecord[] | undefined {
    return this.#loaded === this.#outline.length ? (this.#records as SpanRecord[]) : undefined;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The whole record of a span of the outline; `undefined` while it is not here. */
  at(span: SpanRecord): SpanRecord | undefined {
    return this.#records[this.#positionOf(span)];
  }

  stateOf(span: SpanRecord): DetailsState {
    return this.#windowOf(span)?.state ?? 'failed';
  }

  /** Reads the windows of these spans of the outline, as far as they are not here: a few of them at most. */
  want(spans: readonly SpanRecord[]): void {
    const windows = new Set(spans.map((span) => this.#windowOf(span)));
    const missing = [...windows].filter((window) => window !== undefined && window.state !== 'here');
    for (const window of missing.slice(0, mostInView)) if (window?.state === 'absent') void this.#load(window);
  }

  /** Reads everything that is not here, one window after the other. */
  fill(): void {
    if (this.#filling) return;
    this.#filling = true;
    void this.#fill();
  }

  /** Tries at once what failed. */
  retry(): void {
    for (const window of this.#windows) if (window.state === 'failed') void this.#load(window);
  }

  /** Takes what is here of an older state of the trace, as long as those spans are the same. */
  adopt(older: Iterable<SpanRecord>): void {
    const known = new Map(Array.from(older, (span) => [storedKey(span), span]));
    for (const window of this.#windows) {
      const spans = this.#outline.slice(window.first, window.end).map((span) => {
        const held = known.get(storedKey(span));
        if (held === undefined || held.unfinished !== span.unfinished) return undefined;
        return held.durationNanos === span.durationNanos ? held : undefined;
      });
      if (spans.every((span) => span !== undefined)) this.#take(window, spans);
    }
    this.#changed();
  }

  /** The records that are here. */
  *records(): Generator<SpanRecord> {
    for (const record of this.#records) if (record !== undefined) yield record;
  }

  /** Nothing is read any more until somebody asks again. */
  rest(): void {
    this.#resting.abort();
    this.#resting = new AbortController();
    this.#filling = false;
    for (const window of this.#windows) if (window.state !== 'here') window.state = 'absent';
    this.#changed();
  }

  async #fill(): Promise<void> {
    const { signal } = this.#resting;
    for (const window of this.#windows) {
      if (window.state === 'absent') await this.#load(window);
      if (signal.aborted) return;
    }
  }

  /** Settles when the window is here, or will not be tried again by itself. */
  async #load(window: DetailsWindow): Promise<void> {
    const { signal } = this.#resting;
    for (;;) {
      this.#set(window, 'loading');
      try {
        const range = {
          startMicros: this.#outline[window.first]!.startMicros,
          endMicros: this.#outline[window.end - 1]!.startMicros,
        };
        const spans = await this.#source.read(range, signal);
        if (signal.aborted || this.#isHere(window)) return;
        this.#take(window, spans);
        return this.#changed();
      } catch (error) {
        if (signal.aborted || this.#isHere(window)) return;
        const failures = ++window.failures;
        this.#set(window, 'failed');
        if (!this.#source.isPassing(error)) return;
        try {
          await this.#source.pause(failures, signal);
        } catch {
          return;
        }
        // Somebody was faster, by hand.
        if (window.state !== 'failed' || window.failures !== failures) return;
      }
    }
  }

  #isHere(window: DetailsWindow): boolean {
    return window.state === 'here';
  }

  /** A span that is gone meanwhile stays as the outline has it. */
  #take(window: DetailsWindow, spans: readonly SpanRecord[]): void {
    const found = new Map(spans.map((span) => [storedKey(span), span]));
    for (let index = window.first; index < window.end; index++) {
      const outlined = this.#outline[index]!;
      this.#records[index] = found.get(storedKey(outlined)) ?? outlined;
    }
    window.state = 'here';
    this.#loaded += window.end - window.first;
    this.#arrived.push(window);
  }

  #set(window: DetailsWindow, state: DetailsState): void {
    window.state = state;
    this.#changed();
  }

  #changed(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }

  #windowOf(span: SpanRecord): DetailsWindow | undefined {
    const position = this.#positionOf(span);
    let [low, high] = [0, this.#windows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#windows[middle]!.end <= position) low = middle + 1;
      else high = middle;
    }
    return position === -1 ? undefined : this.#windows[low];
  }

  /** By its start, then among those that start with it. */
  #positionOf(span: SpanRecord): number {
    let [low, high] = [0, this.#outline.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareStarts(this.#outline[middle]!, span) < 0) low = middle + 1;
      else high = middle;
    }
    for (let at = low; at < this.#outline.length; at++) {
      if (this.#outline[at] === span) return at;
      if (compareStarts(this.#outline[at]!, span) > 0) break;
    }
    return -1;
  }
}

/** Spans that start in the same microsecond are in one window: a window is asked for by microseconds. */
function windowsOf(outline: readonly SpanRecord[], size: number): DetailsWindow[] {
  const windows: DetailsWindow[] = [];
  for (let first = 0; first < outline.length;) {
    let end = Math.min(outline.length, first + size);
    while (end < outline.length && outline[end]!.startMicros === outline[end - 1]!.startMicros) end++;
    windows.push({ first, end, state: 'absent', failures: 0 });
    first = end;
  }
  return windows;
}

function compareStarts(left: SpanRecord, right: SpanRecord): number {
  return left.startMicros - right.startMicros || left.startNanos - right.startNanos;
}
