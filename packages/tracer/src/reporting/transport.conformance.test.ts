import http from 'node:http';
import type { AddressInfo } from 'node:net';

import { describe, it } from 'vitest';

import { httpTransport } from './http-transport.ts';
import type { BackendBehaviour, TransportUnderTest } from './transport.conformance.ts';
import { transportCases } from './transport.conformance.ts';

const statuses: Partial<Record<BackendBehaviour, number>> = { takes: 200, 'is busy': 503, refuses: 400 };

describe('httpTransport as a Transport', () => {
  for (const { name, run } of transportCases(create)) it(name, run);
});

async function create(behaviour: BackendBehaviour): Promise<TransportUnderTest> {
  const bodies: string[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString());
      const status = statuses[behaviour];
      if (status !== undefined) response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const transport = httpTransport({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
  const end = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  if (behaviour === 'is away') await end();
  return { transport, bodies: () => bodies, end };
}
