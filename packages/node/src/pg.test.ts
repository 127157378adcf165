import { once } from 'node:events';
import net from 'node:net';

import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Application, build } from '../test/run.ts';
import { Sink } from '../test/sink.ts';

const HOST = '127.0.0.1';
let database: PGlite;
let server: PGLiteSocketServer;
let port: number;

beforeAll(async () => {
  build();
  port = await freePort();
  database = await PGlite.create();
  server = new PGLiteSocketServer({ db: database, host: HOST, port, maxConnections: 4 });
  await server.start();
}, 120_000);

afterAll(async () => {
  await server.stop();
  await database.close();
});

test.each([
  ['imported', 'pg-import.mjs', '--import'],
  ['imported', 'pg-import.mjs', '--require'],
  ['required', 'pg-require.cjs', '--import'],
  ['required', 'pg-require.cjs', '--require'],
] as const)('pg that is %s by %s is traced under %s', async (how, file, flag) => {
  const sink = await Sink.start();
  const application = new Application(file, { SPANWISE_OTLP_ENDPOINT: sink.url }, flag, [String(port)]);
  expect(await application.ended()).toMatchObject({ status: 0, stderr: '' });
  await sink.close();
  expect(sink.names).toEqual(['fixture-shop SELECT']);
  expect(sink.spans[0]!.attributes).toEqual(expect.arrayContaining([`SELECT ? AS ${how}`, 'postgres']));
});

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, HOST);
  await once(probe, 'listening');
  const address = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, 'close');
  return address.port;
}
