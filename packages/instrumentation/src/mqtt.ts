/**
 * Tracing for the MQTT client `mqtt` (version 5 and later), in Node.
 *
 * @module
 */
import { requireTracer } from './instrumentation.ts';
import type { Instrumentation } from './instrumentation.ts';
import { replaceFunction } from './internal/replace-function.ts';
import { MqttDelivering } from './mqtt/deliver.ts';
import type { MqttClient, MqttMessage } from './mqtt/message.ts';
import { MqttPublishing } from './mqtt/publish.ts';
import type { MessageConsumerOptions } from './protocol/message-consumer.ts';
import type { MessageProducerOptions } from './protocol/message-producer.ts';
import type { TracerLike } from './protocol/tracer-like.ts';

export type { Instrumentation } from './instrumentation.ts';
export type { MqttClient, MqttClientOptions, MqttMessage, UserProperties } from './mqtt/message.ts';
export type { MessageConsumerOptions } from './protocol/message-consumer.ts';
export type { MessageProducerOptions } from './protocol/message-producer.ts';

/** Settings of `instrumentMqtt`. */
export interface MqttInstrumentationOptions {
  /** Any OpenTracing tracer. */
  tracer: TracerLike;
  /** Settings for what is published. */
  producer?: MessageProducerOptions<MqttMessage> | undefined;
  /** Settings for what is received. */
  consumer?: MessageConsumerOptions<MqttMessage> | undefined;
}

/** What is needed of the module `mqtt`, by `require('mqtt')` or `import mqtt from 'mqtt'`. */
export interface MqttModule {
  /** The class of clients. */
  MqttClient: abstract new (...args: never[]) => object;
}

/**
 * Traces what clients of this copy of `mqtt` publish and receive, those included that exist already.
 *
 * **Publishing**, by callback or `publishAsync`: the producer's span ends when the callback would be called: with QoS 1
 * and 2 when the broker has acknowledged the message, with QoS 0 when it is written. What is published while the client is
 * offline ends when it is sent after all, or with an error when the client ends before. With `protocolVersion: 5` the
 * context goes into the message's user properties, and with it the time (`spanwise-published-at`, in milliseconds since
 * 1970); the payload and the options that the application gave are not changed. MQTT 3.1.1 has no headers: there are
 * spans, and none is connected.
 *
 * **Receiving**: one consumer's span for each message that is delivered, however many `message` listeners there are. It
 * is active in all of them and in the client's own `handleMessage`, and in what they start; it ends when all have
 * returned, their promises have settled, and `handleMessage` has called back. `message_bus.wait_ms` says how long the
 * message waited, for retained ones and for those that the broker kept for an absent consumer too.
 *
 * The context makes messages about 150 bytes longer, more with baggage: a broker with a `maximumPacketSize` so near to
 * what the application sends needs `shouldPropagate`. Messages that the client publishes by itself (its will) are not
 * traced, and neither are browsers.
 *
 * The module is given by the application, so that it works in bundles and with more than one copy of `mqtt`. A copy that
 * is instrumented already is left as it is.
 *
 * ```ts
 * import mqtt from 'mqtt';
 * instrumentMqtt(mqtt, { tracer });
 * ```
 *
 * @throws {TypeError} when `tracer` is not a tracer, or `mqtt` is not the module.
 */
export function instrumentMqtt(mqtt: MqttModule, options: MqttInstrumentationOptions): Instrumentation {
  requireTracer(options?.tracer, 'instrumentMqtt(mqtt, { tracer })');
  const prototype = mqtt?.MqttClient?.prototype as MqttClient | undefined;
  if (typeof prototype?.publish !== 'function') {
    throw new TypeError(
      'instrumentMqtt(mqtt, …) must be given the module `mqtt`, which has a class `MqttClient` with a method `publish`',
    );
  }
  const { tracer, producer = {}, consumer = {} } = options;
  const publishing = new MqttPublishing(tracer, producer);
  const delivering = new MqttDelivering(tracer, consumer, prototype.handleMessage);
  const restores = [
    publishing.instrument(prototype),
    replaceFunction<'emit', MqttClient['emit']>(prototype, 'emit', (original, enabled) => {
      return function emit(this: unknown, ...args: unknown[]): unknown {
        if (args[0] === 'end') publishing.clientEnded(this as MqttClient);
        if (args[0] !== 'message' || !enabled()) return Reflect.apply(original, this, args);
        return delivering.emit(this as MqttClient, original, args);
      };
    }),
  ];
  return {
    uninstall: () => {
      for (const restore of restores.splice(0)) restore?.();
    },
  };
}
