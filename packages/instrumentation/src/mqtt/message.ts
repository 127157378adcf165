import type { MessageAdapter } from '../protocol/message-broker.ts';

/** The user properties of an MQTT 5 message: a name that was sent more than once has a list of values. */
export interface UserProperties {
  readonly [name: string]: string | readonly string[];
}

/** What is used of a client of `mqtt`. */
export interface MqttClient {
  /** Sends a message. */
  publish: (this: unknown, ...args: unknown[]) => unknown;
  /** Tells listeners of an event. */
  emit: (this: unknown, ...args: unknown[]) => unknown;
  /** Holds the next message back until it calls back; applications may replace it. */
  handleMessage: (this: unknown, ...args: unknown[]) => unknown;
  /** The listeners of an event, as `emit` calls them. */
  rawListeners(event: string): ((...args: unknown[]) => unknown)[];
  /** Whether the broker is there. */
  readonly connected?: boolean;
  /** Whether the client is ending, and refuses messages. */
  readonly disconnecting?: boolean;
  /** What the client was made with. */
  readonly options?: MqttClientOptions;
  /** The connection; a socket has a `remoteAddress`. */
  readonly stream?: object | null;
}

/** What is read of a client's options. */
export interface MqttClientOptions {
  /** `5` has user properties. */
  readonly protocolVersion?: number;
  /** Name or address of the broker. */
  readonly host?: string;
  /** The same, as a URL gives it. */
  readonly hostname?: string;
  /** The broker's port. */
  readonly port?: number | string;
}

/** A message on its way out or in. */
export interface MqttMessage {
  /** The client that publishes it, or got it. */
  readonly client: MqttClient;
  /** Its topic; empty where MQTT 5 has an alias instead. */
  readonly topic: string;
  /** Its body. No part of it goes into a span. */
  readonly payload: unknown;
  /** `0`, `1` or `2`. */
  readonly qos: number;
  /** Of a message that comes in: the broker had kept it. */
  readonly retain: boolean;
  /** As they were given, or came; `undefined` when there are none. */
  readonly userProperties: UserProperties | undefined;
}

/** What both directions have in common. */
export const mqttMessages: MessageAdapter<MqttMessage> = {
  component: 'mqtt',
  service: 'mqtt',
  destination: ({ topic }) => (topic === '' ? undefined : topic),
  headers: ({ client, userProperties }) => {
    // MQTT 3.1.1 has no headers, and the payload is the application's.
    if (client.options?.protocolVersion !== 5) return undefined;
    return textsOf(userProperties);
  },
  host: ({ client }) => client.options?.hostname ?? client.options?.host,
  port: ({ client }) => {
    const port = Number(client.options?.port);
    return Number.isInteger(port) ? port : undefined;
  },
  address: ({ client }) => {
    const { remoteAddress: address } = (client.stream ?? {}) as { remoteAddress?: unknown };
    return typeof address === 'string' ? address : undefined;
  },
};

/** Values of a name that was sent more than once are joined, as those of HTTP headers are: `traceparent` is then none. */
function textsOf(properties: UserProperties | undefined): { [name: string]: string } {
  const texts = Object.create(null) as { [name: string]: string };
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (typeof value === 'string') texts[name] = value;
    else if (Array.isArray(value)) texts[name] = value.join(',');
  }
  return texts;
}
