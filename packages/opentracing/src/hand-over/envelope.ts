import type { SpanContext } from '../contract.ts';
import { type ContextCarrier, readCarrier, writeCarrier } from './context-carrier.ts';
import type { ReceiveOptions, SendOptions } from './options.ts';

/**
 * The key of an envelope that holds the context, as the tracer's text map carrier, or `null` when there is none. It is
 * what tells an envelope from other messages; peers in other languages may read and write it.
 */
export const CONTEXT_KEY = 'spanwise.context';

/** A message together with the context that it was sent in. */
export interface Envelope<M> {
  /** The message itself, not a copy. */
  message: M;
  /** See {@link CONTEXT_KEY}. */
  [CONTEXT_KEY]: ContextCarrier | null;
}

/** What was in an envelope, or in a message without one. */
export interface OpenedEnvelope<M> {
  /** The message as it was given to {@link withContext}. */
  message: M;
  /** The sender's context; `null` when it sent none, or a damaged one. */
  context: SpanContext | null;
}

/**
 * Puts a message into an envelope with the context of the active span: for `postMessage`, `workerData`, `send`, queues,
 * and whatever else takes objects. The message is neither changed nor copied; the envelope is as cloneable as it is.
 *
 * Always makes an envelope, also when nothing is active: a receiver that does not open it is then found in the first
 * test, and not on the day when tracing is switched on. Not for receivers that are not yours.
 */
export function withContext<M>(message: M, options: SendOptions = {}): Envelope<M> {
  return { message, [CONTEXT_KEY]: writeCarrier(options) };
}

/**
 * Takes the message and the sender's context out of an envelope. Anything else is passed on as the message, without a
 * context: a receiver may get both kinds. Never throws: an envelope whose message cannot be read is passed on as it is.
 */
export function openEnvelope<M = unknown>(data: Envelope<M> | M, { tracer }: ReceiveOptions = {}): OpenedEnvelope<M> {
  try {
    if (!isEnvelope(data)) return { message: data, context: null };
    return { message: data.message, context: readCarrier(carrierOf(data), tracer) };
  } catch {
    return { message: data as M, context: null };
  }
}

/** Apart, because the message is taken also when a getter of the context fails. */
function carrierOf(envelope: Envelope<unknown>): unknown {
  try {
    return envelope[CONTEXT_KEY];
  } catch {
    return null;
  }
}

function isEnvelope<M>(data: Envelope<M> | M): data is Envelope<M> {
  // What was cloned or parsed has the key as its own; a message that inherits it is no envelope of ours.
  return typeof data === 'object' && data !== null && Object.hasOwn(data, CONTEXT_KEY);
}
