import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { Aedes } from 'aedes';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { Application, build } from './fixtures/run.ts';
import { Sink } from './fixtures/sink.ts';

let sink: Sink;

beforeAll(build, 120_000);

beforeEach(async () => {
  sink = await Sink.start();
});

afterEach(async () => {
  await sink.close();
});

function toSink(more: Record<string, string> = {}): Record<string, string> {
  return { SPANWISE_OTLP_ENDPOINT: sink.url, ...more };
}

function get(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    http.get(url, (response) => response.resume().on('end', () => resolve(response.statusCode))).on('error', reject);
  });
}

const ALL_OF_ONCE = ['GET /by-fetch', 'GET /by-fetch', 'GET /by-http', 'GET /by-http'];

describe('a process that ends by itself', () => {
  test.each(['--import', '--require'] as const)('with %s sends all of its spans', async (flag) => {
    const ended = await new Application('once.mjs', toSink({ FIXTURE_EXIT_CODE: '5' }), flag).ended();
    expect(ended).toEqual({ status: 5, signal: null, stdout: '', stderr: '' });
    expect(sink.names).toEqual(ALL_OF_ONCE.map((name) => `fixture-shop ${name}`));
  });

  test('sends the spans of its workers', async () => {
    const ended = await new Application('worker.mjs', toSink()).ended();
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(sink.names).toEqual(ALL_OF_ONCE.map((name) => `fixture-shop ${name}`));
  });

  test('sends the span that a listener for the end finishes, although no other one waits', async () => {
    expect(await new Application('before-exit.mjs', toSink()).ended()).toMatchObject({ status: 0, stderr: '' });
    expect(sink.names).toEqual(['fixture-shop at the end']);
  });

  test('ends, although a listener finishes one each time that the event loop is empty', async () => {
    const { status, stderr } = await new Application('before-exit.mjs', toSink({ FIXTURE_EACH_TIME: '1' })).ended();
    expect(status).toBe(0);
    expect(sink.names.length).toBeGreaterThan(0);
    expect(stderr).toMatch(/spans lost .*: \d+ shutdown/);
  });

  test.each([{}, { FIXTURE_SHUTDOWN: '1' }])('that exits with %j says how many spans are lost', async (more) => {
    const variables = toSink({ OTEL_BSP_MAX_QUEUE_SIZE: '5', ...more });
    const { status, stderr } = await new Application('exits-early.mjs', variables).ended();
    expect(status).toBe(4);
    const said = [...stderr.matchAll(/(\d+) (?:queue-full|shutdown)/g)].map(([, count]) => Number(count));
    expect(said.reduce((sum, count) => sum + count, 0)).toBe(20);
  });

  test('ends with its own status when nobody takes its spans', async () => {
    await sink.close();
    const refused = await new Application('once.mjs', toSink({ FIXTURE_EXIT_CODE: '5' })).ended();
    sink = await Sink.start(false);
    const unanswered = await new Application('once.mjs', toSink({ FIXTURE_EXIT_CODE: '6' })).ended();
    expect([refused.status, unanswered.status]).toEqual([5, 6]);
  }, 60_000);
});

describe('a signal', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s ends the process as ever, after its spans are sent', async (signal) => {
    const application = new Application('server.mjs', toSink());
    await get(`http://127.0.0.1:${await application.firstLine()}/cart`);
    application.process.kill(signal);
    expect(await application.ended()).toMatchObject({ status: null, signal });
    expect(sink.names).toEqual(['fixture-shop GET /cart']);
  });

  test('that the application handles is the application’s, and its spans are sent', async () => {
    const application = new Application('server.mjs', toSink({ FIXTURE_GRACEFUL: '1' }));
    await get(`http://127.0.0.1:${await application.firstLine()}/cart`);
    application.process.kill('SIGTERM');
    expect(await application.ended()).toMatchObject({ status: 3, signal: null });
    expect(sink.names).toEqual(['fixture-shop GET /cart']);
  });

  test('ends the process also when nobody takes its spans', async () => {
    await sink.close();
    sink = await Sink.start(false);
    const application = new Application('server.mjs', toSink());
    await get(`http://127.0.0.1:${await application.firstLine()}/cart`);
    application.process.kill('SIGTERM');
    expect(await application.ended()).toMatchObject({ status: null, signal: 'SIGTERM' });
  });
});

describe('a signal, with signal-exit in the process,', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s ends the process after its spans are sent', async (signal) => {
    const application = new Application('server.mjs', toSink({ FIXTURE_SIGNAL_EXIT: '1' }));
    const port = await application.firstLine();
    await get(`http://127.0.0.1:${port}/cart`);
    application.process.kill(signal);
    expect(await application.ended()).toEqual({
      status: null,
      signal,
      stdout: `${port}\nexit null ${signal}\n`,
      stderr: '',
    });
    expect(sink.names).toEqual(['fixture-shop GET /cart']);
  });
});

test('a signal while the backend does not take spans ends the process, and says what is lost', async () => {
  const environment = { SPANWISE_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
  const application = new Application('server.mjs', environment);
  await get(`http://127.0.0.1:${await application.firstLine()}/cart`);
  application.process.kill('SIGTERM');
  const { signal, stderr } = await application.ended();
  expect(signal).toBe('SIGTERM');
  expect(stderr).toMatch(/^spanwise: 1 span was not sent before SIGTERM$/m);
});

describe('what ends a process at once is as it would be without tracing', () => {
  test('an uncaught exception: same status, same output', async () => {
    const plain = await new Application('throws.mjs', {}, undefined).ended();
    const traced = await new Application('throws.mjs', toSink()).ended();
    expect(plain.status).toBe(1);
    expect(traced).toEqual(plain);
  });

  test('an uncaught exception in a request’s handler: same status, and the place in the application is shown', async () => {
    const application = new Application('server.mjs', toSink());
    await expect(get(`http://127.0.0.1:${await application.firstLine()}/throw`)).rejects.toThrow('socket hang up');
    const { status, stderr } = await application.ended();
    expect(status).toBe(1);
    expect(stderr).toMatch(/^file:\S*server\.mjs:11\n.*throw new Error\('thrown in a handler'\)/);
  });

  test('process.exit()', async () => {
    const { status, stderr } = await new Application('exits.mjs', toSink()).ended();
    expect(status).toBe(7);
    expect(stderr).toMatch(/^spanwise: spans lost on the way to [\d.:]+: 2 shutdown\n$/);
  });
});

describe('the environment', () => {
  test('says the service name, the headers, the format and the place', async () => {
    const environment = {
      OTEL_SERVICE_NAME: 'by-otel',
      OTEL_EXPORTER_OTLP_ENDPOINT: `${sink.url}/base/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=unused,deployment.environment=test',
    };
    await new Application('once.mjs', environment).ended();
    expect(sink.names).toEqual(ALL_OF_ONCE.map((name) => `by-otel ${name}`));
    expect(sink.requests[0]).toMatchObject({
      path: '/base/v1/traces',
      headers: { authorization: 'Bearer abc', 'content-type': 'application/json' },
    });
    expect(JSON.stringify(sink.spans[0]!.resource)).toContain('deployment.environment');
  });

  test('that is wrong warns once for each variable, and the application starts', async () => {
    const environment = {
      SPANWISE_OTLP_ENDPOINT: 'nowhere',
      SPANWISE_SAMPLE_RATE: '2',
      OTEL_EXPORTER_OTLP_HEADERS: '=secret',
      SPANWISE_DISABLED: 'perhaps',
    };
    const { status, stdout, stderr } = await new Application('hello.mjs', environment).ended();
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'hello\n' });
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/SPANWISE_DISABLED="perhaps" .*write true or false/),
      expect.stringMatching(/SPANWISE_SAMPLE_RATE="2" .*write a rate from 0 to 1/),
      expect.stringMatching(/SPANWISE_OTLP_ENDPOINT="nowhere" .*write an address/),
      expect.stringMatching(/OTEL_EXPORTER_OTLP_HEADERS=\(hidden\) .*write pairs/),
    ]);
    expect(stderr).not.toContain('secret');
  });

  test.each([{ SPANWISE_DISABLED: 'true' }, { OTEL_SDK_DISABLED: 'true' }, { SPANWISE_SAMPLE_RATE: '0' }])(
    '%j sends nothing',
    async (environment) => {
      expect(await new Application('once.mjs', toSink(environment)).ended()).toMatchObject({ status: 0, stderr: '' });
      expect(sink.spans).toEqual([]);
    },
  );
});

test.each(['--import', '--require'] as const)('%s loads what a sender needs, in few files', async (flag) => {
  const { stdout } = await new Application('loaded.cjs', toSink(), flag).ended();
  const files = stdout.trim().split('\n');
  expect(files).toContain('wire/otlp/encode.js');
  expect(files.filter((file) => /decode|query|conformance|mock/.test(file))).toEqual([]);
  // Each file costs start-up time (`spanwise.core` in a package.json puts several into one).
  expect(files.length).toBeLessThanOrEqual(15);
});

test.each([
  ['imported', 'grpc-import.mjs', '--import'],
  ['imported', 'grpc-import.mjs', '--require'],
  ['required', 'grpc-require.cjs', '--import'],
  ['required', 'grpc-require.cjs', '--require'],
] as const)('grpc-js that is %s by %s is traced under %s', async (_how, file, flag) => {
  const ended = await new Application(file, toSink(), flag).ended();
  expect(ended).toEqual({ status: 0, signal: null, stdout: 'pen\n', stderr: '' });
  expect(sink.names).toEqual(Array(2).fill('fixture-shop shop.Catalogue/Find'));
  const [one, other] = sink.spans;
  expect(one!.attributes).toEqual(expect.arrayContaining(['grpc', 'shop.Catalogue', 'Find']));
  expect(other!.attributes).toEqual(expect.arrayContaining(['grpc', 'shop.Catalogue', 'Find']));
});

describe('pg', () => {
  const HOST = '127.0.0.1';
  let database: PGlite;
  let server: PGLiteSocketServer;
  let port: number;

  beforeAll(async () => {
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
    const application = new Application(file, toSink(), flag, [String(port)]);
    expect(await application.ended()).toMatchObject({ status: 0, stderr: '' });
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
});

describe('mqtt', () => {
  const HOST = '127.0.0.1';
  let broker: Aedes;
  let server: net.Server;

  beforeAll(async () => {
    broker = await Aedes.createBroker();
    server = net.createServer((socket) => void broker.handle(socket)).listen(0, HOST);
    await once(server, 'listening');
  });

  afterAll(async () => {
    await new Promise<void>((resolve) => broker.close(resolve));
    server.close();
  });

  test.each([
    ['imported', 'mqtt-import.mjs', '--import'],
    ['imported', 'mqtt-import.mjs', '--require'],
    ['required', 'mqtt-require.cjs', '--import'],
    ['required', 'mqtt-require.cjs', '--require'],
  ] as const)('mqtt that is %s by %s is traced under %s', async (_how, file, flag) => {
    const { port } = server.address() as net.AddressInfo;
    const application = new Application(file, toSink(), flag, [String(port)]);
    expect(await application.ended()).toMatchObject({ status: 0, stderr: '' });
    expect(sink.names).toEqual(['fixture-shop process orders', 'fixture-shop publish orders']);
    const [consumer, producer] = sink.spans.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect([consumer!.parentId0, consumer!.parentId1]).toEqual([producer!.spanId0, producer!.spanId1]);
  });
});
