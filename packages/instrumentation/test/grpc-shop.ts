import * as grpc from '@grpc/grpc-js';

type Grpc = typeof grpc;

/** Messages are lists of numbers, as JSON. */
export type Message = readonly number[];

const serialize = (message: Message): Buffer => Buffer.from(JSON.stringify(message));
const deserialize = (bytes: Buffer): Message => JSON.parse(bytes.toString()) as Message;

function method(
  name: string,
  requestStream: boolean,
  responseStream: boolean,
): grpc.MethodDefinition<Message, Message> {
  return {
    path: `/shop.Catalogue/${name}`,
    requestStream,
    responseStream,
    requestSerialize: serialize,
    requestDeserialize: deserialize,
    responseSerialize: serialize,
    responseDeserialize: deserialize,
  };
}

/** One method of each kind. */
export const catalogue = {
  find: method('Find', false, false),
  collect: method('Collect', true, false),
  list: method('List', false, true),
  chat: method('Chat', true, true),
};

/** What a server does with each method. */
export interface Handlers {
  find: grpc.handleUnaryCall<Message, Message>;
  collect: grpc.handleClientStreamingCall<Message, Message>;
  list: grpc.handleServerStreamingCall<Message, Message>;
  chat: grpc.handleBidiStreamingCall<Message, Message>;
}

/** A client of the service. */
export interface Catalogue extends grpc.Client {
  find(message: Message, ...rest: unknown[]): grpc.ClientUnaryCall;
  collect(...args: unknown[]): grpc.ClientWritableStream<Message>;
  list(message: Message, ...rest: unknown[]): grpc.ClientReadableStream<Message>;
  chat(...args: unknown[]): grpc.ClientDuplexStream<Message, Message>;
}

const sum = (messages: readonly Message[]): Message => [messages.flat().reduce((total, n) => total + n, 0)];

/** Echoes, sums, and counts. */
export const plain: Handlers = {
  find: (call, respond) => respond(null, call.request),
  collect: (call, respond) => {
    const messages: Message[] = [];
    call.on('data', (message: Message) => messages.push(message));
    call.on('end', () => respond(null, sum(messages)));
  },
  list: (call) => {
    for (const n of call.request) call.write([n]);
    call.end();
  },
  chat: (call) => {
    call.on('data', (message: Message) => call.write(message));
    call.on('end', () => call.end());
  },
};

/** Servers and clients of a test, with what ends them. */
export class GrpcShop {
  readonly module: Grpc;
  readonly servers: grpc.Server[] = [];
  readonly #closing: (() => void)[] = [];

  /** @param module a copy of grpc-js. */
  constructor(module: Grpc = grpc) {
    this.module = module;
  }

  /** Starts a server on a free port of the loopback and gives its address. */
  async serve(
    handlers: Partial<Handlers> = {},
    options: grpc.ServerOptions = {},
    host = '127.0.0.1',
    credentials: grpc.ServerCredentials = this.module.ServerCredentials.createInsecure(),
  ): Promise<string> {
    const server = new this.module.Server(options);
    this.servers.push(server);
    server.addService(catalogue, { ...plain, ...handlers });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${host}:0`, credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)));
    });
    this.#closing.push(() => server.forceShutdown());
    return `${host}:${port}`;
  }

  /** A client of an address. */
  client(address: string, options: grpc.ClientOptions = {}): Catalogue {
    const Client = this.module.makeClientConstructor(catalogue, 'Catalogue');
    const client = new Client(address, this.module.credentials.createInsecure(), options) as unknown as Catalogue;
    this.#closing.push(() => client.close());
    return client;
  }

  /** Closes what was started, the last first. */
  close(): void {
    for (const close of this.#closing.splice(0).reverse()) close();
  }
}

/** Sends a text by the generic method of a client without a service, and gives the answer or the error. */
export async function ask(address: string, path: string, text: string): Promise<string | grpc.ServiceError> {
  const client = new grpc.Client(address, grpc.credentials.createInsecure());
  try {
    return await new Promise((resolve) => {
      const bytes = (message: string): Buffer => Buffer.from(message);
      client.makeUnaryRequest(path, bytes, String, text, (error, answer) => resolve(error ?? answer!));
    });
  } finally {
    client.close();
  }
}

/** What a unary method answers, or the error that it ends with. */
export function find(client: Catalogue, message: Message, ...rest: unknown[]): Promise<Message | grpc.ServiceError> {
  return new Promise((resolve) => {
    client.find(message, ...rest, (error: grpc.ServiceError | null, answer?: Message) => resolve(error ?? answer!));
  });
}

/** Everything that a stream gives, and the error that it ends with, if any. */
export async function received(stream: AsyncIterable<Message>): Promise<(Message | grpc.ServiceError)[]> {
  const all: (Message | grpc.ServiceError)[] = [];
  try {
    for await (const message of stream) all.push(message);
  } catch (error) {
    all.push(error as grpc.ServiceError);
  }
  return all;
}
