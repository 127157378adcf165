import http from 'node:http';
import type { RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { readFileSync } from 'node:fs';

/** A certificate for localhost, self-signed, made with openssl for these tests. */
export const certificate: { key: Buffer; cert: Buffer } = {
  key: readFileSync(new URL('../src/http/fixtures/key.pem', import.meta.url)),
  cert: readFileSync(new URL('../src/http/fixtures/cert.pem', import.meta.url)),
};

/** A server on a free port of the loopback. */
export interface Listening {
  readonly port: number;
  readonly origin: string;
  close(): Promise<void>;
}

/** Starts an HTTP server. */
export async function listen(listener: RequestListener): Promise<Listening> {
  const server = http.createServer(listener);
  return started(server, 'http', () => server.closeAllConnections());
}

/** Starts an HTTPS server. */
export async function listenSecurely(listener: RequestListener): Promise<Listening> {
  const server = https.createServer(certificate, listener);
  return started(server, 'https', () => server.closeAllConnections());
}

/** Starts a server that was made elsewhere. */
export async function started(server: Server, scheme: string, closeConnections: () => void): Promise<Listening> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `${scheme}://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      closeConnections();
      await closed;
    },
  };
}

/** Sends a request and reads the whole response. */
export function exchange(
  url: string,
  options: http.RequestOptions = {},
  body?: string,
): Promise<{ status: number; headers: http.IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      response.on('error', reject);
    });
    request.on('error', reject).end(body);
  });
}
