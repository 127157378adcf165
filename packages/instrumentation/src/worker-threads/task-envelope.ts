import type { SpanContext, Tracer } from '@spanwise/opentracing';
import { openEnvelope, withContext } from '@spanwise/opentracing/hand-over';
import type { Envelope } from '@spanwise/opentracing/hand-over';

import type { SpanLike, TracerLike } from '../protocol/tracer-like.ts';

/** The key of an envelope that holds what makes its message a task; beside `CONTEXT_KEY` of the API. */
const TASK_KEY = 'spanwise.task';

/** What a task says of itself. */
export interface TaskNote {
  /** The name that the caller gave it. */
  readonly name: string;
  /** Where the answer is to go, when the caller waits at a port. */
  readonly answerTo?: unknown;
}

/** A message in an envelope with the caller's context, and the note that it is a task. */
export interface TaskEnvelope extends Envelope<unknown> {
  /** See {@link TaskNote}. */
  [TASK_KEY]: TaskNote;
}

/** What was in an envelope. */
export interface OpenedTask {
  /** The message as it was put in. */
  readonly message: unknown;
  /** The caller's context; `null` when it sent none, or a damaged one. */
  readonly context: object | null;
  /** `undefined` for a message that is no task of ours. */
  readonly note: TaskNote | undefined;
}

/** Puts a task into an envelope; without a span it carries no context. */
export function taskEnvelope(
  tracer: TracerLike,
  span: SpanLike | undefined,
  message: unknown,
  note: TaskNote,
): TaskEnvelope {
  const context = span === undefined ? null : contextOf(span);
  return { ...withContext(message, { tracer: tracer as unknown as Tracer, context }), [TASK_KEY]: note };
}

/** Takes a task out of its envelope; any other message is passed on as it is, without a context. */
export function openTask(tracer: TracerLike, data: unknown): OpenedTask {
  const note = noteOf(data);
  if (note === undefined) return { message: data, context: null, note };
  return { ...openEnvelope(data, { tracer: tracer as unknown as Tracer }), note };
}

function noteOf(data: unknown): TaskNote | undefined {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, TASK_KEY)) return undefined;
  const note = (data as { [TASK_KEY]: unknown })[TASK_KEY];
  if (typeof (note as TaskNote | null)?.name !== 'string') return undefined;
  return note as TaskNote;
}

/** A span of a broken tracer has none; its task is sent all the same. */
function contextOf(span: SpanLike): SpanContext | null {
  try {
    return span.context() as unknown as SpanContext;
  } catch {
    return null;
  }
}
