import { once } from 'node:events';
import net from 'node:net';

import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { Tags } from '@spanwise/opentracing';
import type { MockSpan } from '@spanwise/opentracing/mock';
import type { ClientConfig, PoolClient, PoolConfig, QueryResult } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import pg from 'pg';
import { errorsOf, Recording, until } from '../test/recording.ts';
import { instrumentPg } from './pg.ts';
import type { Instrumentation, PgInstrumentationOptions } from './pg.ts';

const { Client, Pool, Query } = pg;

let database: PGlite;
let server: PGLiteSocketServer;
let recording: Recording;
let instrumentation: Instrumentation;
let client: InstanceType<typeof Client>;

const HOST = '127.0.0.1';
let port = 0;

beforeAll(async () => {
  port = await freePort();
  database = await PGlite.create();
  await database.exec(
    'CREATE TABLE cart (id int PRIMARY KEY, name text); INSERT INTO cart VALUES (1, $$pen$$), (2, $$ink$$)',
  );
  server = new PGLiteSocketServer({ db: database, host: HOST, port, maxConnections: 4 });
  await server.start();
}, 60_000);

afterAll(async () => {
  await server.stop();
  await database.close();
});

beforeEach(async () => {
  recording = new Recording();
  install({});
  client = new Client(connection());
  await client.connect();
});

afterEach(async () => {
  await client.end();
  instrumentation.uninstall();
});

function connection(): ClientConfig {
  return { host: HOST, port, user: 'postgres', database: 'postgres' };
}

function install(options: Partial<PgInstrumentationOptions>): void {
  instrumentation?.uninstall();
  instrumentation = instrumentPg(pg, { tracer: recording.tracer, ...options });
}

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, HOST);
  await once(probe, 'listening');
  const address = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, 'close');
  return address.port;
}

describe('a query', () => {
  test('has the standard tags, and the statement without values', async () => {
    const scope = recording.tracer.startActiveSpan('caller');
    const { rows } = await client.query("SELECT name FROM cart\n WHERE id = $1 AND name <> 'secret'", [1]);
    scope.close();
    const span = await recording.only('client');
    expect(rows).toEqual([{ name: 'pen' }]);
    expect(span.operationName()).toBe('SELECT cart');
    expect(span.parentId()).toBe(scope.span.context().toSpanId());
    expect(span.tags()).toEqual({
      [Tags.SPAN_KIND]: Tags.SPAN_KIND_RPC_CLIENT,
      [Tags.COMPONENT]: 'pg',
      [Tags.DB_TYPE]: 'sql',
      [Tags.DB_INSTANCE]: 'postgres',
      [Tags.DB_USER]: 'postgres',
      [Tags.DB_STATEMENT]: 'SELECT name FROM cart WHERE id = $1 AND name <> ?',
      [Tags.PEER_SERVICE]: 'postgresql',
      [Tags.PEER_HOSTNAME]: HOST,
      [Tags.PEER_PORT]: port,
    });
  });

  const TEXT = 'SELECT id FROM cart ORDER BY id';
  test.each([
    ['text', () => client.query(TEXT)],
    ['text and values', () => client.query(`${TEXT} LIMIT $1`, [5])],
    ['config', () => client.query({ text: TEXT })],
    ['config and values', () => client.query({ text: `${TEXT} LIMIT $1` }, [5])],
    ['named statement', () => client.query({ name: 'ids', text: TEXT })],
    ['array rows', () => client.query({ text: TEXT, rowMode: 'array' })],
  ])('by promise with %s', async (_name, query) => {
    expect((await query()).rowCount).toBe(2);
    expect((await recording.only()).operationName()).toBe('SELECT cart');
  });

  test.each<[string, (done: (error: Error | null, result: QueryResult) => void) => void]>([
    ['text', (done) => client.query(TEXT, done)],
    ['text and values', (done) => client.query(`${TEXT} LIMIT $1`, [5], done)],
    ['config', (done) => client.query({ text: TEXT }, done)],
    ['callback in config', (done) => client.query({ text: TEXT, callback: done } as never)],
    ['query object', (done) => client.query(new Query({ text: TEXT, callback: done } as never) as never)],
    ['query object and callback', (done) => client.query(new Query(TEXT) as never, done as never)],
  ])('by callback with %s runs the callback with its caller’s span active', async (_name, query) => {
    const { tracer } = recording;
    const seen = await tracer.withActiveSpan('caller', {}, (span) => {
      return new Promise<unknown>((resolve) => {
        query((error, result) => resolve([error, result.rowCount, tracer.activeSpan === span]));
      });
    });
    expect(seen).toEqual([null, 2, true]);
    await recording.only('client');
  });

  test('with a callback in a config whose text is a getter of its class', async () => {
    const statement = new TaggedStatement(['SELECT id FROM cart WHERE id = ', ' OR id = ', ''], [1, 2]);
    const [error, result] = await new Promise<unknown[]>((resolve) => {
      const callback = (...answer: unknown[]): void => resolve(answer);
      statement.callback = callback;
      client.query(statement as never);
      expect(statement.callback).toBe(callback);
    });
    expect([error, (result as QueryResult).rowCount]).toEqual([null, 2]);
    expect((await recording.only()).tags()[Tags.DB_STATEMENT]).toBe('SELECT id FROM cart WHERE id = $1 OR id = $2');
  });

  test.each([
    ['with private members', () => new PrivateStatement('SELECT 1')],
    ['that is frozen', () => Object.freeze({ text: 'SELECT 1', callback: () => {} })],
  ])('with a callback in a config %s, for a client that reads it without a copy, as older ones do', (_name, config) => {
    const texts: string[] = [];
    class ReadingClient {
      query(given: { text: string; callback(): void }): void {
        texts.push(given.text);
        given.callback();
      }
    }
    const installed = instrumentPg({ Client: ReadingClient, Pool }, { tracer: recording.tracer });
    new ReadingClient().query(config());
    installed.uninstall();
    expect(texts).toEqual(['SELECT 1']);
    expect(recording.finished()).toHaveLength(1);
  });

  test('object with events ends its span when it is over, and is what it was', async () => {
    const query = client.query(new Query(TEXT) as never) as unknown as NodeJS.EventEmitter;
    const rows: unknown[] = [];
    query.on('row', (row) => rows.push(row));
    await once(query, 'end');
    expect(rows).toHaveLength(2);
    await recording.only();
    expect(Object.keys(Object.getOwnPropertyDescriptors(query))).not.toContain('handleReadyForQuery');
  });

  test('by a cursor-like object lasts until the database is ready again', async () => {
    const cursor = new Portal(TEXT);
    client.query(cursor as never);
    await cursor.ready;
    const span = await recording.only();
    expect(span.operationName()).toBe('SELECT cart');
    expect(cursor.rows).toBe(2);
  });

  test('waits for others of its client within its span', async () => {
    await Promise.all([client.query('SELECT 1'), client.query('SELECT 2'), client.query('SELECT 3')]);
    expect(await recording.settled(3)).toHaveLength(3);
  });
});

describe('a failure', () => {
  test('of the database is the application’s, and is on the span', async () => {
    await expect(client.query('SELECT * FROM nowhere')).rejects.toThrow('relation "nowhere" does not exist');
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ error: true, 'db.response.status_code': '42P01' });
    expect(errorsOf(span)).toEqual([
      { kind: 'DatabaseError', code: '42P01', message: 'relation "nowhere" does not exist' },
    ]);
  });

  test('comes to callbacks and to query objects', async () => {
    const byCallback = await new Promise<Error>((resolve) => {
      client.query('SELECT * FROM nowhere', (error) => resolve(error));
    });
    const query = client.query(new Query('SELECT * FROM nowhere') as never) as unknown as NodeJS.EventEmitter;
    const [byEvent] = (await once(query, 'error')) as [Error];
    expect([byCallback.message, byEvent.message]).toEqual(Array(2).fill('relation "nowhere" does not exist'));
    for (const span of await recording.settled(2))
      expect(span.tags()).toMatchObject({ error: true, 'db.response.status_code': '42P01' });
  });

  test('of the connection ends the spans of all waiting queries', async () => {
    const own = new Client(connection());
    await own.connect();
    own.on('error', () => {});
    const waiting = [own.query('SELECT 1'), own.query('SELECT 2')].map((query) =>
      query.catch((error: unknown) => error),
    );
    (own as unknown as { connection: { stream: net.Socket } }).connection.stream.destroy();
    await Promise.all(waiting);
    for (const span of await recording.settled(2)) {
      expect(span.tags()).toMatchObject({ error: true });
      expect(span.tags()).not.toHaveProperty('db.response.status_code');
    }
  });

  test('that nobody handles stays an unhandled rejection', async () => {
    const own = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    const rejected = once(process, 'unhandledRejection');
    void client.query('SELECT * FROM nowhere');
    const [reason] = (await rejected) as [Error];
    for (const listener of own) process.on('unhandledRejection', listener);
    expect(reason.message).toContain('nowhere');
  });

  test('to call it rightly is refused as ever', async () => {
    expect(() => client.query(null as never)).toThrow('null or undefined query');
    expect(() => client.query({ text: 'SELECT 1', callback: 5 } as never)).toThrow('callback is not a function');
    expect((await recording.only()).tags()).toMatchObject({ error: true });
  });
});

describe('a pool', () => {
  test('runs callbacks of who had to wait in their own context', async () => {
    const pool = new Pool({ ...connection(), max: 1 });
    const { tracer } = recording;
    const one = (name: string): Promise<unknown> =>
      tracer.withActiveSpan(name, {}, (span) => {
        return new Promise((resolve) => {
          pool.query('SELECT 1', () => resolve(tracer.activeSpan === span));
        });
      });
    expect(await Promise.all(['a', 'b', 'c'].map(one))).toEqual([true, true, true]);
    await pool.end();
  });

  test('makes queries the children of who asked, by callback and by promise', async () => {
    const pool = new Pool({ ...connection(), max: 1 });
    const { tracer } = recording;
    await Promise.all(
      ['a', 'b', 'c'].map((name) => tracer.withActiveSpan(name, {}, () => pool.query(`SELECT 1 AS ${name}`))),
    );
    await pool.end();
    const callers = new Map(recording.finished().map((span) => [span.uuid(), span.operationName()]));
    const queries = await recording.settled(3, 'client');
    expect(queries.map((span) => callers.get(span.parentId()!))).toEqual(
      queries.map((span) => String(span.tags()['db.statement']).slice(-1)),
    );
  });

  test('gives clients by callback in the context of who asked', async () => {
    const pool = new Pool({ ...connection(), max: 1 });
    const { tracer } = recording;
    const holder = await pool.connect();
    const same = tracer.withActiveSpan('caller', {}, (span) => {
      return new Promise<boolean>((resolve, reject) => {
        pool.connect((error, got, release) => {
          if (error || got === undefined) return reject(error ?? new Error('no client'));
          release();
          resolve(tracer.activeSpan === span);
        });
      });
    });
    holder.release();
    expect(await same).toBe(true);
    await pool.end();
  });
});

describe('a wait for a connection of a pool', () => {
  /** Runs `work` with a pool of one connection, which is open and idle, and within a span. */
  async function inCaller(
    work: (pool: InstanceType<typeof Pool>) => Promise<unknown>,
    config: Partial<PoolConfig> = {},
  ): Promise<void> {
    const pool = new Pool({ ...connection(), max: 1, ...config });
    (await pool.connect()).release();
    await recording.tracer.withActiveSpan('caller', {}, () => work(pool));
    await pool.end();
  }

  function waits(): MockSpan[] {
    return recording.finished().filter((span) => span.operationName() === 'pg-pool.connect');
  }

  /** Gives the pool's only client back once somebody waits for it. */
  async function releaseWhenAwaited(pool: InstanceType<typeof Pool>, holder: PoolClient): Promise<void> {
    await until(() => pool.waitingCount > 0);
    holder.release();
  }

  test.each<readonly [string, (pool: InstanceType<typeof Pool>) => Promise<unknown>]>([
    ['connect, by promise', async (pool) => (await pool.connect()).release()],
    [
      'connect, by callback',
      (pool) =>
        new Promise<void>((resolve, reject) => {
          pool.connect((error, _, release) => {
            release();
            if (error === undefined) resolve();
            else reject(error);
          });
        }),
    ],
    ['query, by promise', (pool) => pool.query('SELECT 1')],
    ['query, by callback', (pool) => new Promise((resolve) => pool.query('SELECT 1', resolve))],
  ])('is a child of who called %s, and says for how long others had all of them', async (_, ask) => {
    await inCaller(async (pool) => {
      const holder = await pool.connect();
      await Promise.all([ask(pool), releaseWhenAwaited(pool, holder)]);
    });
    const [span, ...others] = waits();
    const [caller] = recording.finished().filter((one) => one.operationName() === 'caller');
    expect(others).toEqual([]);
    expect(span!.parentId()).toBe(caller!.uuid());
    const { 'db.pool.wait_ms': waitMillis, ...tags } = span!.tags();
    expect(waitMillis).toBeGreaterThan(0);
    expect(tags).toEqual({
      [Tags.COMPONENT]: 'pg',
      [Tags.DB_TYPE]: 'sql',
      [Tags.DB_INSTANCE]: 'postgres',
      [Tags.DB_USER]: 'postgres',
      [Tags.PEER_HOSTNAME]: HOST,
      [Tags.PEER_PORT]: port,
    });
  });

  test('is none when a client is at hand', async () => {
    await inCaller(async (pool) => {
      await pool.query('SELECT 1');
      (await pool.connect()).release();
    });
    expect(waits()).toEqual([]);
  });

  test('is one for the second who asks in the same turn for the only idle client', async () => {
    await inCaller((pool) => Promise.all([pool.query('SELECT 1'), pool.query('SELECT 2')]));
    expect(waits()).toHaveLength(1);
  });

  test('for a new connection is for nobody’s', async () => {
    await inCaller(
      async (pool) => {
        const clients = await Promise.all([pool.connect(), pool.connect()]);
        for (const one of clients) one.release();
      },
      { max: 2 },
    );
    expect(waits().map((span) => Object.keys(span.tags()).includes('db.pool.wait_ms'))).toEqual([false]);
  });

  test('in vain has the error that the caller gets', async () => {
    await inCaller(async (pool) => {
      const holder = await pool.connect();
      // Not before: opening the connection may take longer on a busy machine.
      pool.options.connectionTimeoutMillis = 20;
      await expect(pool.connect()).rejects.toThrow('timeout exceeded when trying to connect');
      holder.release();
    });
    const [span] = waits();
    expect(span!.tags()).toMatchObject({ error: true });
    expect(errorsOf(span!)).toEqual([{ kind: 'Error', message: 'timeout exceeded when trying to connect' }]);
  });

  test('makes no span outside of a request, when it is not wanted, and with a tracer that throws', async () => {
    const hold = async (pool: InstanceType<typeof Pool>): Promise<void> => {
      const holder = await pool.connect();
      await Promise.all([pool.query('SELECT 1'), releaseWhenAwaited(pool, holder)]);
    };
    const pool = new Pool({ ...connection(), max: 1 });
    await hold(pool);
    await pool.end();
    install({ connect: false });
    await inCaller(hold);
    const { scopeManager } = recording.tracer;
    const broken = (): never => {
      throw new Error('broken');
    };
    const failures: unknown[] = [];
    install({
      tracer: { startSpan: broken, inject: broken, extract: broken, scopeManager },
      onFailure: (error) => void failures.push(error),
    });
    await inCaller(hold);
    expect(failures).toHaveLength(2);
    expect(waits()).toEqual([]);
  });
});

describe('a query of a pool that gets no client', () => {
  const TEXT = "SELECT name FROM cart WHERE name = 'secret'";

  function failed(error: MockSpan): void {
    expect(error.operationName()).toBe('SELECT cart');
    expect(error.tags()).toMatchObject({
      [Tags.SPAN_KIND]: Tags.SPAN_KIND_RPC_CLIENT,
      [Tags.DB_STATEMENT]: 'SELECT name FROM cart WHERE name = ?',
      [Tags.DB_INSTANCE]: 'postgres',
      [Tags.PEER_HOSTNAME]: HOST,
      error: true,
    });
  }

  /** A pool that cannot connect. */
  async function deadPool(): Promise<InstanceType<typeof Pool>> {
    return new Pool({ ...connection(), port: await freePort() });
  }

  test.each<[string, (pool: InstanceType<typeof Pool>) => Promise<unknown>]>([
    ['text, by promise', (pool) => pool.query(TEXT).catch((error: unknown) => error)],
    ['config, by promise', (pool) => pool.query({ text: TEXT }).catch((error: unknown) => error)],
    ['text, by callback', (pool) => new Promise((resolve) => pool.query(TEXT, resolve))],
    ['values, by callback', (pool) => new Promise((resolve) => pool.query(TEXT, [], resolve))],
  ])('is a span with the error outside of a request: %s', async (_, ask) => {
    const pool = await deadPool();
    expect(await ask(pool)).toMatchObject({ code: 'ECONNREFUSED' });
    await pool.end();
    const [span, ...others] = recording.finished();
    expect(others).toEqual([]);
    failed(span!);
    expect(span!.parentId()).toBeUndefined();
    expect(errorsOf(span!)).toMatchObject([{ code: 'ECONNREFUSED' }]);
  });

  test('begins when it was asked for', async () => {
    const pool = new Pool({ ...connection(), max: 1 });
    const holder = await pool.connect();
    pool.options.connectionTimeoutMillis = 20;
    const query = pool.query(TEXT);
    const asked = Date.now();
    await expect(query).rejects.toThrow('timeout exceeded when trying to connect');
    holder.release();
    await pool.end();
    const [span] = recording.finished();
    failed(span!);
    expect(span!.startTime()).toBeLessThanOrEqual(asked);
  });

  test('has the error of a pool that is closed', async () => {
    const pool = await deadPool();
    await pool.end();
    await expect(pool.query(TEXT)).rejects.toThrow('after calling end');
    failed(await recording.only());
  });

  test('has it on the wait within a request, and on a child of the caller where no waits are wanted', async () => {
    const pool = await deadPool();
    const ask = (): Promise<unknown> => recording.tracer.withActiveSpan('caller', {}, () => pool.query(TEXT));
    await expect(ask()).rejects.toThrow('ECONNREFUSED');
    install({ connect: false });
    await expect(ask()).rejects.toThrow('ECONNREFUSED');
    await pool.end();
    const [wait, caller, query, other] = recording.finished();
    expect(recording.finished().map((span) => span.operationName())).toEqual([
      'pg-pool.connect',
      'caller',
      'SELECT cart',
      'caller',
    ]);
    expect([wait!.parentId(), query!.parentId()]).toEqual([caller!.uuid(), other!.uuid()]);
    failed(query!);
  });

  test('is not taken for the next that asks for a client', async () => {
    const pool = await deadPool();
    // Refused without asking for a client.
    await new Promise((resolve) => pool.query(resolve as never));
    expect(await new Promise((resolve) => pool.connect(resolve))).toMatchObject({ code: 'ECONNREFUSED' });
    await expect(pool.connect()).rejects.toThrow('ECONNREFUSED');
    await pool.end();
    expect(recording.finished()).toEqual([]);
  });
});

test('a statement can be kept out, and queries can be left out', async () => {
  install({ statement: false, shouldTrace: (query) => query.statement !== 'SELECT 1' });
  await client.query('SELECT 1');
  await client.query('SELECT * FROM cart');
  const span = await recording.only();
  expect(span.operationName()).toBe('SELECT cart');
  expect(span.tags()).not.toHaveProperty('db.statement');
});

test('callbacks and tracers that throw change nothing', async () => {
  const failures: unknown[] = [];
  const broken = (): never => {
    throw new Error('broken');
  };
  const onFailure = (error: unknown): void => void failures.push(error);
  install({ shouldTrace: broken, onQuery: broken, onFailure });
  expect((await client.query('SELECT 1')).rowCount).toBe(1);
  install({ tracer: { startSpan: broken, inject: broken, extract: broken }, onFailure });
  expect((await client.query('SELECT 1')).rowCount).toBe(1);
  expect(failures).toHaveLength(3);
});

test('uninstall restores exactly, and a second instrumentation adds no second span', async () => {
  const second = new Recording();
  instrumentPg(pg, { tracer: second.tracer });
  await client.query('SELECT 1');
  expect(second.tracer.report().spans).toEqual([]);
  const poolPrototype = Object.getPrototypeOf(Pool.prototype) as { connect: unknown; query: unknown };
  const functions = (): unknown[] => [
    Reflect.get(Client.prototype, 'query'),
    poolPrototype.connect,
    poolPrototype.query,
  ];
  const traced = functions();
  instrumentation.uninstall();
  const plain = functions();
  expect(plain[0]).not.toBe(traced[0]);
  expect(plain[1]).not.toBe(traced[1]);
  expect(plain[2]).not.toBe(traced[2]);
  const { length } = recording.finished();
  await client.query('SELECT 1');
  expect(recording.finished()).toHaveLength(length);
});

test.each([undefined, {}, { Client: Object }])('%s is refused as the module', (module) => {
  expect(() => instrumentPg(module as never, { tracer: recording.tracer })).toThrow('must be given the module `pg`');
});

/** What sql-template-strings makes: the text is a getter of the class. */
class TaggedStatement {
  callback: ((...answer: unknown[]) => void) | undefined;
  readonly strings: readonly string[];
  readonly values: unknown[];

  constructor(strings: readonly string[], values: unknown[]) {
    this.strings = strings;
    this.values = values;
  }

  get text(): string {
    return this.strings.reduce((text, part, i) => `${text}$${i}${part}`);
  }
}

class PrivateStatement {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  callback(): void {}
}

/** What pg-cursor does: reads its rows by a portal, and hears of the end by `handleReadyForQuery`. */
class Portal {
  readonly text: string;
  readonly ready: Promise<void>;
  rows = 0;
  #done: () => void = () => {};

  constructor(text: string) {
    this.text = text;
    this.ready = new Promise((resolve) => (this.#done = resolve));
  }

  submit(connection: any): void {
    connection.parse({ text: this.text }, true);
    connection.bind({}, true);
    connection.execute({ rows: 100 }, true);
    connection.sync();
  }

  handleDataRow(): void {
    this.rows++;
  }

  handleRowDescription(): void {}
  handlePortalSuspended(): void {}
  handleCommandComplete(): void {}
  handleError(error: Error): void {
    throw error;
  }

  handleReadyForQuery(): void {
    this.#done();
  }
}
