import { AsyncResource } from 'node:async_hooks';

import { replaceFunction } from '../internal/replace-function.ts';
import type { Restore } from '../internal/replace-function.ts';
import { MessageProducerHandler } from '../protocol/message-producer.ts';
import type { MessageProducerAdapter, MessageProducerOptions } from '../protocol/message-producer.ts';
import type { SpanLike, TracerLike } from '../protocol/tracer-like.ts';
import { mqttMessages } from './message.ts';
import type { MqttClient, MqttMessage, UserProperties } from './message.ts';

type Callback = (this: unknown, ...args: unknown[]) => unknown;

interface PublishOptions {
  readonly qos?: unknown;
  readonly retain?: unknown;
  readonly properties?: { readonly userProperties?: UserProperties } | null;
}

/** Traces `client.publish`, and with it `publishAsync`, which calls it. */
export class MqttPublishing {
  readonly #handler: MessageProducerHandler<Publication>;
  readonly #open = new WeakMap<MqttClient, Set<OpenPublication>>();

  constructor(tracer: TracerLike, options: MessageProducerOptions<MqttMessage>) {
    this.#handler = new MessageProducerHandler(tracer, producerAdapter, options);
  }

  instrument(prototype: MqttClient): Restore | undefined {
    const trace = this.#trace.bind(this);
    return replaceFunction(prototype, 'publish', (original, enabled) => {
      return function publish(this: unknown, ...args: unknown[]): unknown {
        const send = (actual: unknown[]): unknown => Reflect.apply(original, this, actual);
        return enabled() ? trace(this as MqttClient, args, send) : send(args);
      };
    });
  }

  /** After its end a client calls no callback any more, although messages may wait in it. */
  clientEnded(client: MqttClient): void {
    for (const publication of this.#open.get(client) ?? []) {
      publication.end(new Error('The client ended before the broker had acknowledged the message'));
    }
  }

  #trace(client: MqttClient, args: unknown[], send: (args: unknown[]) => unknown): unknown {
    const publication = new Publication(client, args);
    const span = this.#handler.start(publication);
    return span === undefined ? send(args) : this.#publish(publication, span, send);
  }

  #publish(publication: Publication, span: SpanLike, send: (args: unknown[]) => unknown): unknown {
    const { client, callback } = publication;
    const open = this.#opened(client, span);
    const refused = client.disconnecting === true;
    const isHeard = callback !== undefined || (!refused && !isSentAndForgotten(publication));
    let returned = false;
    try {
      const result = send(publication.args(isHeard ? open.ending(callback) : undefined));
      returned = true;
      return result;
    } finally {
      if (!returned || (refused && !isHeard)) open.end(new Error('The message was refused by the client'));
      else if (!isHeard) open.end();
    }
  }

  #opened(client: MqttClient, span: SpanLike): OpenPublication {
    let all = this.#open.get(client);
    if (all === undefined) this.#open.set(client, (all = new Set()));
    const open: OpenPublication = new OpenPublication(this.#handler, span, () => all.delete(open));
    all.add(open);
    return open;
  }
}

/**
 * A message of QoS 0 that goes out at once and of which the application wants to hear nothing: a callback of ours would be
 * one more listener for the stream's `drain` event, for each message of a burst, and Node would warn of them.
 */
function isSentAndForgotten({ qos, client }: Publication): boolean {
  return qos === 0 && client.connected === true;
}

/** The arguments of a call of `publish`: (topic, payload, options?, callback?). */
class Publication implements MqttMessage {
  readonly client: MqttClient;
  readonly callback: Callback | undefined;
  readonly #args: readonly unknown[];
  readonly #options: PublishOptions | undefined;
  #added: { [name: string]: string } | undefined;
  readonly #removed: Set<string> = new Set();

  constructor(client: MqttClient, args: readonly unknown[]) {
    this.client = client;
    this.#args = args;
    const isShort = typeof args[2] === 'function';
    const callback = isShort ? args[2] : args[3];
    this.callback = isCallback(callback) ? callback : undefined;
    this.#options = isShort ? undefined : ((args[2] as PublishOptions | null | undefined) ?? undefined);
  }

  get topic(): string {
    return String(this.#args[0]);
  }

  get payload(): unknown {
    return this.#args[1];
  }

  get qos(): number {
    return Number(this.#options?.qos ?? 0);
  }

  get retain(): boolean {
    return this.#options?.retain === true;
  }

  get userProperties(): UserProperties | undefined {
    return this.#options?.properties?.userProperties;
  }

  /** Adds a user property to what will be sent. */
  add(name: string, value: string): void {
    this.#added ??= {};
    this.#added[name] = value;
  }

  /** Leaves out a user property that the application gave; `name` is in lower case. */
  remove(name: string): void {
    this.#removed.add(name);
  }

  /** What to call the client with. The options of the application stay as they are. */
  args(callback: Callback | undefined): unknown[] {
    const isChanged = this.#added !== undefined || this.#removed.size > 0;
    const options = isChanged ? this.#optionsWith(this.#added ?? {}) : this.#options;
    return [this.#args[0], this.#args[1], options, callback];
  }

  #optionsWith(added: { [name: string]: string }): PublishOptions {
    const { properties } = this.#options ?? {};
    const replaced = new Set([...this.#removed, ...Object.keys(added).map((name) => name.toLowerCase())]);
    const userProperties = { ...withoutNames(properties?.userProperties ?? {}, replaced), ...added };
    return { ...this.#options, properties: { ...properties, userProperties } };
  }
}

function isCallback(value: unknown): value is Callback {
  return typeof value === 'function';
}

/** A message that is passed on may hold the context that it came with, under the same names or in capitals. */
function withoutNames(properties: UserProperties, names: ReadonlySet<string>): UserProperties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.has(name.toLowerCase())));
}

/** The span of a message, which ends once. */
class OpenPublication {
  readonly #handler: MessageProducerHandler<Publication>;
  readonly #span: SpanLike;
  readonly #onEnd: () => void;
  #open = true;

  constructor(handler: MessageProducerHandler<Publication>, span: SpanLike, onEnd: () => void) {
    this.#handler = handler;
    this.#span = span;
    this.#onEnd = onEnd;
  }

  end(error?: unknown): void {
    if (!this.#open) return;
    this.#open = false;
    this.#onEnd();
    if (error !== undefined && error !== null) this.#handler.fail(this.#span, error);
    this.#handler.finish(this.#span);
  }

  /** A callback in the place of the application's: it ends the span, and runs the application's in its own context. */
  ending(callback: Callback | undefined): Callback {
    if (callback === undefined) return (error) => this.end(error);
    const end = (error: unknown): void => this.end(error);
    return AsyncResource.bind(function ended(this: unknown, ...results: unknown[]): unknown {
      end(results[0]);
      return Reflect.apply(callback, this, results);
    });
  }
}

const producerAdapter: MessageProducerAdapter<Publication> = {
  ...mqttMessages,
  setHeader: (publication, name, value) => publication.add(name, value),
  removeHeader: (publication, name) => publication.remove(name),
};
