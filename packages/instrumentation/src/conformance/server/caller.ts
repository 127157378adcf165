import { type Agent, ClientRequest, type IncomingMessage } from 'node:http';

/** A request of the kit. */
export interface CallOptions {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string;
  readonly agent?: Agent;
  /** Hears of each part of the body as it comes. */
  readonly onPart?: (part: string) => void;
  readonly signal?: AbortSignal;
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/**
 * Sends a request and reads the whole answer. By the class and not by `http.request`, which an adapter under test may
 * have replaced: the kit's own requests must be neither traced nor given headers.
 */
export function call(origin: string, target: string, options: CallOptions = {}): Promise<Reply> {
  const { method = 'GET', headers = {}, body, agent, onPart, signal } = options;
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const request = new ClientRequest({
      host: hostname,
      port,
      path: target,
      method,
      headers: body === undefined ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      agent: agent ?? false,
      ...(signal && { signal }),
    });
    request.on('response', (response) => void read(response, onPart).then(resolve, reject));
    request.on('error', reject);
    request.end(body);
  });
}

async function read(response: IncomingMessage, onPart: CallOptions['onPart']): Promise<Reply> {
  let body = '';
  for await (const part of response.setEncoding('utf8')) {
    body += part as string;
    onPart?.(part as string);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}
