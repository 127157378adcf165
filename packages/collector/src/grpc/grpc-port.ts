import { constants, createServer } from 'node:http2';
import type {
  IncomingHttpHeaders,
  Http2Server,
  OutgoingHttpHeaders,
  ServerHttp2Session,
  ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';

import { closeDeadlineMillis } from '../ports/port-server.ts';
import type { PortServer } from '../ports/port-server.ts';
import { GrpcCode, GrpcFailure } from './grpc-failure.ts';

/** A call whose one message has not been read yet. */
export interface GrpcCall {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
}

/** Answers a call of one message with one message, uncompressed and without its frame. */
export interface GrpcMethod {
  /** @throws {GrpcFailure} for calls that do not succeed. */
  answer(call: GrpcCall): Promise<Uint8Array>;
  /** Told of requests to its path that are no gRPC. */
  refused?(httpStatus: number): void;
}

/**
 * A port that speaks gRPC over HTTP/2 without TLS: methods that take one message and give one. It follows gRPC's own
 * description (grpc/grpc, doc/PROTOCOL-HTTP2.md). Messages are not read here but by the methods, within their limits;
 * that is why this is no library (docs/decisions/0050).
 */
export class GrpcPort implements PortServer {
  readonly #server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();

  /** Methods by path, such as `/package.Service/Method`. */
  constructor(methods: ReadonlyMap<string, GrpcMethod>) {
    this.#server = createServer({ settings: { maxConcurrentStreams, initialWindowSize }, maxSessionMemory });
    this.#server.on('session', (session) => this.#keep(session));
    this.#server.on('stream', (stream, headers) => void serve(methods, { stream, headers }));
    // A connection that breaks, or speaks something else, ends itself.
    this.#server.on('sessionError', () => {});
  }

  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen({ host, port }, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    // Tells the client to open no more calls, and ends the connection when those that are open are answered.
    for (const session of this.#sessions) session.close();
    const timer = setTimeout(() => this.#sessions.forEach((session) => session.destroy()), closeDeadlineMillis);
    await closed;
    clearTimeout(timer);
  }

  #keep(session: ServerHttp2Session): void {
    this.#sessions.add(session);
    session.once('close', () => this.#sessions.delete(session));
  }
}

/** Of one connection. Clients that want more wait, as HTTP/2 has it. */
const maxConcurrentStreams = 128;
/** What a call may send before it is read; the protocol's own 64 kB make large messages stop and go. */
const initialWindowSize = 1_048_576;
/** In MB. Node's own 10 are less than one message may take; what messages take together, the intake bounds. */
const maxSessionMemory = 256;

const encodings = { 'grpc-accept-encoding': 'identity,deflate,gzip' };

async function serve(methods: ReadonlyMap<string, GrpcMethod>, call: GrpcCall): Promise<void> {
  const { stream, headers } = call;
  // A client that goes away in the middle is no error of ours; whoever reads the message is told.
  stream.on('error', () => {});
  const method = methods.get(headers[':path'] ?? '');
  const refusedStatus = httpRefusal(headers);
  if (refusedStatus !== undefined) {
    method?.refused?.(refusedStatus);
    return end(stream, { ':status': refusedStatus });
  }
  try {
    if (method === undefined) throw unknownMethod(headers[':path'] ?? '', methods);
    succeed(call, await method.answer(call));
  } catch (error) {
    fail(call, error instanceof GrpcFailure ? error : new GrpcFailure(GrpcCode.internal, 'the call failed'));
  }
}

/** The status for what is no call at all. */
function httpRefusal(headers: IncomingHttpHeaders): number | undefined {
  if (headers[':method'] !== 'POST') return 405;
  return /^application\/grpc(?:[+;]|$)/i.test(headers['content-type'] ?? '') ? undefined : 415;
}

function unknownMethod(path: string, methods: ReadonlyMap<string, GrpcMethod>): GrpcFailure {
  const known = [...methods.keys()].join(', ');
  return new GrpcFailure(GrpcCode.unimplemented, `there is no method ${path}; there is ${known}`);
}

function succeed({ stream, headers }: GrpcCall, message: Uint8Array): void {
  if (stream.destroyed || stream.closed) return;
  stream.respond(
    { ':status': 200, 'content-type': headers['content-type'] ?? 'application/grpc', ...encodings },
    { waitForTrailers: true },
  );
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  stream.end(frame);
}

function fail({ stream, headers }: GrpcCall, { code, message, details }: GrpcFailure): void {
  end(stream, {
    ':status': 200,
    'content-type': headers['content-type'] ?? 'application/grpc',
    ...encodings,
    'grpc-status': String(code),
    'grpc-message': percentEncoded(message),
    ...(details && { 'grpc-status-details-bin': Buffer.from(details).toString('base64') }),
  });
}

/** Answers with headers alone, and asks a client that is still sending to stop. */
function end(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders): void {
  if (stream.destroyed || stream.closed) return;
  stream.respond(headers, { endStream: true });
  stream.close(constants.NGHTTP2_NO_ERROR);
}

/** As gRPC has it: printable ASCII without `%` as it is, every other byte of UTF-8 as `%XX`. */
function percentEncoded(text: string): string {
  const isPlain = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
  return Array.from(Buffer.from(text), (byte) =>
    isPlain(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}
