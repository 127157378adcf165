import type { KeyValues, Reference, Span, TagValue, Tracer } from '@spanwise/opentracing';

import { type AnyValue, anyValue, cutText, type KeyValue, nanosText } from './otlp-json.ts';
import { type ChildSpan, PageSpanContext } from './span-context.ts';

/** What a span is made of. */
export interface SpanParts {
  /** The tracer that started it. */
  readonly tracer: Tracer;
  /** Its own context. */
  readonly context: PageSpanContext;
  /** The operation name. */
  readonly name: string;
  /** Its parent's span id; `undefined` for a root. */
  readonly parentId: string | undefined;
  /** References beyond the parent. */
  readonly links: readonly Reference[];
  /** Milliseconds since 1970; now unless given. */
  readonly startTime: number | undefined;
  /** Takes the finished span's OTLP JSON; `undefined` when it was discarded or is not sampled. */
  readonly finished: (json: string | undefined) => void;
}

/** Tags and logs of one span; what comes later is counted in the span. */
const MAX_ENTRIES = 128;

/** The last moment that has exact microseconds, in the year 2255. */
const MAX_MILLIS = 2 ** 53 / 1000;

const kinds: readonly unknown[] = ['internal', 'server', 'client', 'producer', 'consumer'];

/** OpenTracing's log fields of an error, as OTLP's exception event names them. */
const exceptionKeys: Readonly<Record<string, string>> = {
  'error.kind': 'exception.type',
  message: 'exception.message',
  stack: 'exception.stacktrace',
};

interface Event {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: KeyValue[];
}

/**
 * A span of a page: started by `PageTracer`, written as OTLP JSON when it finishes. One that is not sampled keeps its
 * context and nothing else.
 */
export class PageSpan implements Span, ChildSpan {
  /** See {@link ChildSpan}. @internal */
  onFinish: ((millis: number) => void) | undefined;
  readonly #parts: SpanParts;
  readonly #startTime: number;
  readonly #tags: Map<string, AnyValue> = new Map();
  readonly #events: Event[] = [];
  #context: PageSpanContext;
  #name: string;
  #kind = 1;
  #status: { code: number; message?: string } | undefined;
  #droppedTags = 0;
  #droppedEvents = 0;
  #isFinished = false;

  /** For the tracer. @internal */
  constructor(parts: SpanParts) {
    this.#parts = parts;
    this.#context = parts.context;
    this.#name = parts.name;
    this.#startTime = this.#given(parts.startTime);
  }

  /** Ends the span without reporting it. */
  discard(): void {
    this.#end(undefined, this.#now());
  }

  /** What travels; also after `finish`. */
  context(): PageSpanContext {
    return this.#context;
  }

  /** The tracer that started this span. */
  tracer(): Tracer {
    return this.#parts.tracer;
  }

  /** Replaces the operation name. */
  setOperationName(name: string): this {
    this.#name = name;
    return this;
  }

  /** Sets an item that later children, in other processes too, are to have. */
  setBaggageItem(key: string, value: string): this {
    const { flags, traceState, baggage, clockOffset } = this.#context;
    const items = { ...baggage, [key]: textOf(value) };
    const [traceId, spanId] = [this.#context.toTraceId(), this.#context.toSpanId()];
    const context = new PageSpanContext(traceId, spanId, flags, traceState, items, clockOffset);
    context.onChild = this.#context.onChild;
    this.#context = context;
    return this;
  }

  /** The item, own or inherited. */
  getBaggageItem(key: string): string | undefined {
    return this.#context.baggage[key];
  }

  /** Sets one tag; the last value of a key wins. At most 128 are kept, and 4,096 characters of each. */
  setTag<K extends string>(key: K, value: TagValue<K>): this {
    return this.addTags({ [key]: value });
  }

  /** Sets several tags. */
  addTags(tags: KeyValues): this {
    return this.#noting(() => {
      for (const [key, value] of Object.entries(tags)) this.#tag(key, value);
    });
  }

  /** Records what happens now, or at this time in milliseconds since 1970. At most 128 are kept. */
  log(fields: KeyValues, timestamp?: number): this {
    return this.#noting(() => {
      if (this.#events.length < MAX_ENTRIES) this.#events.push(eventOf(fields, this.#given(timestamp)));
      else this.#droppedEvents++;
    });
  }

  /** @deprecated Use `log({ event, payload })`. */
  logEvent(event: string, payload: unknown): void {
    this.log({ event, payload });
  }

  /** Ends the span, now or at this time in milliseconds since 1970. Later calls do nothing. */
  finish(finishTime?: number): void {
    const end = this.#given(finishTime);
    this.#end(this.#isRecording ? this.#json(end) : undefined, end);
  }

  /** Finishes the span when a `using` block is left. */
  [Symbol.dispose](): void {
    this.finish();
  }

  get #isRecording(): boolean {
    return this.#context.sampled && !this.#isFinished;
  }

  /** Now unless it is a time: one that is none would spoil the whole body for the collector. */
  #given(millis: number | undefined): number {
    return millis !== undefined && millis > 0 && millis < MAX_MILLIS ? millis : this.#now();
  }

  #now(): number {
    return this.#context.clockOffset! + performance.now();
  }

  /** Getters and proxies of the application may throw: what they were to say is then lost. */
  #noting(note: () => void): this {
    try {
      if (this.#isRecording) note();
    } catch {
      // As said.
    }
    return this;
  }

  #tag(key: string, value: unknown): void {
    const kind = key === 'span.kind' ? kinds.indexOf(value) + 1 : 0;
    if (kind > 0) this.#kind = kind;
    else if (key === 'error') this.#status = statusOf(value);
    else if (value === undefined) return;
    else if (this.#tags.size < MAX_ENTRIES || this.#tags.has(key)) this.#tags.set(key, anyValue(value));
    else this.#droppedTags++;
  }

  #end(json: string | undefined, millis: number): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#parts.finished(json);
    this.onFinish?.(millis);
  }

  /** As OTLP/HTTP JSON has it. What is undefined is left out by `JSON.stringify`. */
  #json(end: number): string {
    const { parentId, links } = this.#parts;
    const context = this.#context;
    return JSON.stringify({
      traceId: context.toTraceId(),
      spanId: context.toSpanId(),
      parentSpanId: parentId,
      traceState: context.traceState || undefined,
      flags: context.flags,
      name: cutText(this.#name),
      kind: this.#kind,
      startTimeUnixNano: nanosText(this.#startTime),
      endTimeUnixNano: nanosText(end),
      attributes: Array.from(this.#tags, ([key, value]) => ({ key, value })),
      droppedAttributesCount: this.#droppedTags || undefined,
      events: this.#events,
      droppedEventsCount: this.#droppedEvents || undefined,
      links: links.map(linkOf),
      status: this.#status,
    });
  }
}

/** Callers without types pass numbers. */
function textOf(value: unknown): string {
  return String(value);
}

function linkOf(reference: Reference): object {
  const context = reference.referencedContext();
  return {
    traceId: context.toTraceId(),
    spanId: context.toSpanId(),
    attributes: [{ key: 'opentracing.ref_type', value: anyValue(reference.type()) }],
  };
}

/** `error` takes more than the boolean of the specification: other text, and an `Error`, is the message. */
function statusOf(value: unknown): { code: number; message?: string } | undefined {
  if (!value || value === 'false') return undefined;
  return value === true || value === 'true' ? { code: 2 } : { code: 2, message: cutText(value) };
}

/** An `error` event becomes OTLP's `exception`. */
function eventOf(fields: KeyValues, millis: number): Event {
  const { event = 'log', 'error.object': error, ...rest } = fields as Record<string, unknown>;
  const isError = event === 'error';
  if (error !== undefined) rest['message'] ??= error;
  const attributes = Object.entries(rest).map(([key, value]) => ({
    key: (isError && exceptionKeys[key]) || key,
    value: anyValue(value),
  }));
  return { timeUnixNano: nanosText(millis), name: isError ? 'exception' : cutText(event), attributes };
}
