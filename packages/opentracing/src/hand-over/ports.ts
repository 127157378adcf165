import type { SpanContext } from '../contract.ts';
import { type ContinueOptions, continueTrace } from './continue-trace.ts';
import { openEnvelope, withContext } from './envelope.ts';
import type { SendTracedOptions } from './options.ts';
import { requireScopes } from '../internal/require-scopes.ts';

// Parameters are `any` and the members methods, so that the ports of Node's types and of the DOM's fit alike.
/* oxlint-disable typescript/no-explicit-any */

/**
 * Takes messages: a `Worker` (of Node or of the Web), `MessagePort`, `BroadcastChannel`, `parentPort`, a worker's `self`,
 * a `ChildProcess`, a cluster worker, or `process` of one that was forked.
 */
export type SendingPort =
  | {
      /** Sends a message, and moves what is in `transfer`. */
      postMessage(message: any, transfer?: any): unknown;
    }
  | {
      /** Sends a message to another process; a process has it only when it was forked. */
      send?: ((message: any) => unknown) | undefined;
    };

/** Gives messages; the same kinds as {@link SendingPort}. */
export type ReceivingPort =
  | {
      /** Adds a listener that gets the message, and what came with it. */
      on(event: 'message', listener: (...args: any[]) => void): unknown;
      /** Removes it again. */
      off(event: 'message', listener: any): unknown;
    }
  | {
      /** Adds a listener that gets a `MessageEvent`. */
      addEventListener(type: 'message', listener: (event: any) => void): unknown;
      /** Removes it again. */
      removeEventListener(type: 'message', listener: (event: any) => void): unknown;
    };
/* oxlint-enable typescript/no-explicit-any */

/**
 * Does what to do with a message. It runs as the continuation of the sender's `context`, see `continueTrace`.
 *
 * @param context the sender's; `null` when the message came without one
 * @param event the `MessageEvent` where the port gives one; from Node's emitters what came after the message (a handle)
 */
export type MessageHandler<M> = (message: M, context: SpanContext | null, event: unknown) => unknown;

/**
 * Sends a message in an envelope with the context of the active span: `port.postMessage(message, transferList)` is
 * `sendTraced(port, message, { transferList })`. The other side takes it by {@link receiveTraced}, or by `openEnvelope`.
 *
 * Over a closed channel a `ChildProcess`, a cluster worker and `process` do not throw: Node gives them an `'error'` event
 * with `ERR_IPC_CHANNEL_CLOSED` a moment later, which ends the process when nobody listens, and this returns `false`. A closed `MessagePort` or an ended `Worker` drops the message in silence.
 *
 * To send a socket or a server along use `child.send(withContext(message), handle)`, and to a window
 * `window.postMessage(withContext(message), origin)`.
 *
 * @returns what `send` of a process gives: `false` when the channel is closed, or so much waits in it that one should send
 *   later; `undefined` from what has `postMessage`
 * @throws TypeError when `port` cannot send or `options` is an array, and what the port throws, such as `DataCloneError` for a
 *   message that cannot be cloned
 */
export function sendTraced(port: SendingPort, message: unknown, options: SendTracedOptions = {}): boolean | undefined {
  if (!isObject(port)) throw new TypeError(`sendTraced: ${notAPort(port)}: sendTraced(port, message)`);
  if (Array.isArray(options)) {
    throw new TypeError(
      'sendTraced: the third argument is an array, and must be options: sendTraced(port, message, { transferList })',
    );
  }
  const { transferList } = options;
  const envelope = withContext(message, options);
  if ('postMessage' in port) {
    // BroadcastChannel has no second parameter.
    if (transferList === undefined) port.postMessage(envelope);
    else port.postMessage(envelope, transferList);
    return undefined;
  }
  if (typeof port.send !== 'function') {
    throw new TypeError(
      'sendTraced: the port has neither postMessage nor send: a process has send only when it was forked',
    );
  }
  const sent = port.send(envelope);
  return typeof sent === 'boolean' ? sent : undefined;
}

/**
 * Calls `handler` for each message of `port`, as the continuation of the span that was active where it was sent: with
 * `operationName` in a new active span, else with the sender's span as the parent of all that it starts. Messages without
 * a context are handled too; what they start are roots.
 *
 * Errors, promises and rejections of the handler reach the port as those of a plain listener do.
 *
 * For replies bind the continuation where the request is made, because it belongs to the caller and not to the span that
 * the reply was sent in: `await` does so by itself, and `scopeManager.bind(resolve)` for a table of pending requests.
 *
 * @returns a function that removes the listener
 * @throws TypeError when `port` gives no messages, `handler` is no function, or the tracer has no scopes
 */
export function receiveTraced<M = unknown>(
  port: ReceivingPort,
  handler: MessageHandler<M>,
  options: ContinueOptions = {},
): () => void {
  if (!isObject(port)) throw new TypeError(`receiveTraced: ${notAPort(port)}: receiveTraced(port, handler)`);
  if (typeof handler !== 'function') {
    throw new TypeError(
      `receiveTraced: the handler must be a function, was ${textOf(handler)}: receiveTraced(port, (message) => …)`,
    );
  }
  requireScopes('receiveTraced', options.tracer);
  const handle = (data: unknown, event: unknown): unknown => {
    const { message, context } = openEnvelope<M>(data as M, options);
    return continueTrace(context, () => handler(message, context, event), options);
  };
  if ('on' in port) {
    port.on('message', handle);
    return () => void port.off('message', handle);
  }
  if (typeof port.addEventListener !== 'function') {
    throw new TypeError(`receiveTraced: the port has neither on nor addEventListener, was ${textOf(port)}`);
  }
  const listener = (event: { data: unknown }): unknown => handle(event.data, event);
  port.addEventListener('message', listener);
  // A MessagePort of the Web holds its messages back until it is started or given an `onmessage`.
  (port as { start?: () => void }).start?.();
  return () => void port.removeEventListener('message', listener);
}

function isObject(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function notAPort(given: unknown): string {
  return `the port must be a Worker, a MessagePort, a child process or the like, was ${textOf(given)}`;
}

function textOf(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  try {
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  } catch {
    return typeof value;
  }
}
