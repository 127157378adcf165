import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';

import { serveParent } from './service-life.ts';

/** What a route answers. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON, and with a `type` of its own as it is. */
  readonly body: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers a request whose path matched; `match` holds the groups of the route's pattern. */
export type Handler = (request: IncomingMessage, match: RegExpExecArray) => Promise<Answer>;

export interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly handler: Handler;
}

/** A plain node:http server that speaks JSON. Nothing in it knows of tracing. */
export function jsonServer(routes: readonly Route[]): Server {
  const server = createServer((request, response) => {
    void answer(routes, request).then(({ status, body, type, headers }) => {
      // A connection that stays for a next request would hold up the end of a closed server.
      if (!server.listening) response.shouldKeepAlive = false;
      response.writeHead(status, { 'content-type': type ?? 'application/json', ...headers });
      response.end(type === undefined ? JSON.stringify(body) : body);
    });
  });
  return server;
}

async function answer(routes: readonly Route[], request: IncomingMessage): Promise<Answer> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  for (const route of routes) {
    const match = route.method === request.method ? route.path.exec(path) : null;
    if (match === null) continue;
    try {
      return await route.handler(request, match);
    } catch (error) {
      if (error instanceof UpstreamError) return { status: error.status, body: { error: error.message } };
      return { status: 500, body: { error: error instanceof Error ? error.message : String(error) } };
    }
  }
  return { status: 404, body: { error: `nothing at ${request.method} ${path}` } };
}

/** Another service refused; its status is passed on. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads a JSON body of at most 64 KiB. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += (part as Buffer).length;
    if (length > 65_536) throw new UpstreamError(413, 'the body is larger than 64 KiB');
    parts.push(part as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch {
    throw new UpstreamError(400, 'the body is not JSON');
  }
}

/** Calls another service and returns its JSON; a refusal becomes an `UpstreamError`. */
export async function callJson(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  const body = (await response.json()) as { error?: string };
  if (!response.ok) throw new UpstreamError(response.status, body.error ?? `${url} answered ${response.status}`);
  return body;
}

/** Listens on a free loopback port, or where it is handed, tells the parent process which, and closes when asked to end. */
export async function serve(
  server: Server,
  onClose: () => void | Promise<void> = () => {},
  listener?: NetServer,
): Promise<void> {
  if (listener === undefined) server.listen(0, '127.0.0.1');
  else server.listen(listener);
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  serveParent(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => {
    server.close(() => void onClose());
    server.closeIdleConnections();
  });
}
