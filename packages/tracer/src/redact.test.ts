import { runInNewContext } from 'node:vm';

import type { SpanOptions } from '@spanwise/opentracing';
import { followsFrom } from '@spanwise/opentracing';
import type { SpanRecord } from '@spanwise/wire';
import { attributeOf, SpanKind, spanIdHex, SpanStatus } from '@spanwise/wire';
import { decodeOtlpProtobuf } from '@spanwise/wire/otlp/decode';
import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import { ZipkinJsonEncoder } from '@spanwise/wire/zipkin/encode';
import { describe, expect, it } from 'vitest';

import { createTracer } from './create-tracer.ts';
import { finishedSpan } from './fixtures/finished-span.ts';
import { Logged } from './fixtures/logged.ts';
import { delivered, ManualTransport } from './fixtures/manual-transport.ts';
import { testTracer } from './fixtures/test-tracer.ts';
import { unhandledRejections } from './fixtures/unhandled-rejections.ts';
import type { RedactableSpan, Redact } from './redact.ts';
import { batchReporter } from './reporting/batch-reporter.ts';
import { InMemoryRecorder } from './reporting/in-memory-recorder.ts';
import type { Recorder } from './reporting/recorder.ts';
import type { SpanwiseSpan } from './span.ts';
import type { TracerOptions } from './tracer-options.ts';
import type { SpanwiseTracer } from './tracer.ts';

const secret = '4111111111111111';

function sampledSpan(tracer: SpanwiseTracer, name: string, options: SpanOptions): SpanwiseSpan {
  return tracer.startSpan(name, options) as SpanwiseSpan;
}

/** The one record that comes of a span with these tags. */
function recordOf(redact: Redact, tags: Record<string, unknown>, options: TracerOptions = {}): SpanRecord {
  const { tracer, recorder } = testTracer({ redact, ...options });
  tracer.startSpan('pay', { tags }).finish();
  expect(tracer.stats()).toMatchObject({ redactionDrops: 0, redactionErrors: 0 });
  return recorder.records[0]!;
}

/** `started = unsampled + open + finished`, and what recorders got and did not get is what finished. */
function requireBalance(tracer: SpanwiseTracer, handedOn: number): void {
  const { started, unsampled, open, finished, discarded, redactionDrops, redactionErrors, unfinishedReports } =
    tracer.stats();
  expect(started).toBe(unsampled + open + finished);
  expect(handedOn).toBe(finished + unfinishedReports - discarded - redactionDrops - redactionErrors);
}

describe('redact', () => {
  it('adds, replaces and removes tags, and renames the span', () => {
    const record = recordOf(
      (span) => {
        span.name = span.name.toUpperCase();
        span.tags.delete('user.email');
        span.tags.set('card', '[card]').set('redacted', true);
      },
      { 'user.email': 'a@b.c', card: secret, amount: 7 },
    );
    expect(record).toMatchObject({ name: 'PAY', attributes: ['card', '[card]', 'amount', 7, 'redacted', true] });
  });

  it('may go through the tags while it changes them', () => {
    const record = recordOf(
      ({ tags }) => {
        for (const [key, value] of tags) if (value === secret) tags.delete(key);
      },
      { a: secret, b: 1, c: secret },
    );
    expect(record.attributes).toEqual(['b', 1]);
  });

  it('changes logs and their fields, and removes logs', () => {
    const { tracer, recorder } = testTracer({
      redact: (span) => {
        span.logs = span.logs.filter(({ name }) => name !== 'body');
        const [first] = span.logs;
        first!.name = 'asked';
        first!.fields.set('card', '[card]');
        first!.fields.delete('pin');
      },
    });
    const span = tracer.startSpan('pay');
    span.log({ event: 'ask', card: secret, pin: 1234 }, 1_700_000_000_001.5);
    span.log({ event: 'body', text: secret });
    span.finish();
    expect(recorder.records[0]!.events).toEqual([
      {
        timeMicros: 1_700_000_000_001_500,
        timeNanos: 0,
        name: 'asked',
        attributes: ['card', '[card]'],
        droppedAttributesCount: 0,
      },
    ]);
  });

  it('reaches what an error said: the status message, and the fields of its log', () => {
    const { tracer, recorder } = testTracer({
      redact: (span) => {
        span.statusMessage = '';
        for (const { name, fields } of span.logs) {
          expect([name, [...fields.keys()]]).toEqual([
            'exception',
            ['exception.type', 'exception.message', 'exception.stacktrace'],
          ]);
          fields.clear();
        }
      },
    });
    const error = new Error(`card ${secret} refused`);
    const span = tracer.startSpan('pay', { tags: { error } });
    span.log({ event: 'error', 'error.object': error });
    span.finish();
    const [record] = recorder.records;
    expect(record).toMatchObject({ status: SpanStatus.error, statusMessage: '' });
    expect(JSON.stringify(record)).not.toContain(secret);
  });

  it('takes the standard tags as setTag does', () => {
    const record = recordOf(
      ({ kind, statusMessage, tags }) => {
        expect([kind, statusMessage, tags.has('error'), tags.has('span.kind')]).toEqual([3, secret, false, false]);
        tags.set('error', 'refused').set('span.kind', 'server');
      },
      { error: secret, 'span.kind': 'client' },
    );
    expect(record).toMatchObject({
      kind: SpanKind.server,
      status: SpanStatus.error,
      statusMessage: 'refused',
      attributes: [],
    });
  });

  it('that removes the peer tags removes the address that was made of them', () => {
    const tags = { 'peer.service': 'bank', 'peer.ipv4': '10.0.0.1' };
    expect(recordOf(({ tags }) => void tags.delete('peer.ipv4'), tags).remoteEndpoint).toEqual({ serviceName: 'bank' });
    expect(recordOf(({ tags }) => tags.clear(), tags).remoteEndpoint).toBeUndefined();
    expect(recordOf(({ tags }) => void tags.set('peer.port', 80), {}).remoteEndpoint).toEqual({ port: 80 });
  });

  it('is called once for each sampled span, whatever number of recorders there is', () => {
    const names: string[] = [];
    const recorders = [new InMemoryRecorder(), new InMemoryRecorder()];
    const { tracer } = testTracer({ recorders, redact: ({ name }) => void names.push(name) });
    tracer.startSpan('unsampled', { tags: { 'sampling.priority': 0 } }).finish();
    const span = tracer.startSpan('sampled');
    tracer.startSpan('open');
    span.finish();
    span.finish();
    expect(names).toEqual(['sampled']);
    expect(recorders.map(({ records }) => records.length)).toEqual([1, 1]);
    requireBalance(tracer, 1);
  });

  it('changes nothing that the application still reads, nested values included', () => {
    let seen: SpanRecord | undefined;
    const { tracer, recorder } = testTracer({
      redact: (span) => {
        span.name = 'other';
        (span.tags.get('user') as { email: string }).email = '';
        (span.tags.get('cards') as string[]).pop();
        (span.tags.get('bytes') as Uint8Array).fill(0);
        span.tags.delete('plain');
        (span.logs[0]!.fields.get('to') as { email: string }).email = '';
        span.logs[0]!.name = 'other';
      },
    });
    const tags = { user: { email: 'a@b.c' }, cards: [secret], bytes: Uint8Array.of(7), plain: 1 };
    const span = sampledSpan(tracer, 'pay', { tags });
    span.log({ event: 'mail', to: { email: 'a@b.c' } });
    const before = structuredClone([span.name, span.attributes, span.events]);
    span.finish();
    [seen] = recorder.records;
    expect([span.name, span.attributes, span.events]).toEqual(before);
    expect(seen!.attributes).toEqual(['user', { email: '' }, 'cards', [], 'bytes', Uint8Array.of(0)]);
    expect(JSON.stringify(seen!.events)).not.toContain('a@b.c');
  });

  it('cannot change a record any more when it has returned', () => {
    const kept: RedactableSpan[] = [];
    const list = [1];
    const record = recordOf(
      (span) => {
        kept.push(span);
        span.tags.set('list', list);
      },
      { a: 1 },
    );
    kept[0]!.tags.set('a', 2);
    kept[0]!.name = 'late';
    list.push(2);
    expect(record).toMatchObject({ name: 'pay', attributes: ['a', 1, 'list', [1]] });
  });

  it('leaves ids, times, resource and plain data as they are', () => {
    const { tracer, recorder, clock } = testTracer({ redact: ({ tags }) => tags.clear() });
    const other = tracer.startSpan('other');
    const span = sampledSpan(tracer, 'pay', {
      childOf: other,
      references: [followsFrom(other)],
    });
    Object.assign(span, { ofTheApplication: secret });
    clock.advance(2);
    span.finish();
    const record = recorder.records[0]!;
    expect(span).toMatchObject(record);
    expect(Object.keys(record).sort()).toEqual(Object.keys(finishedSpan()).sort());
    expect(record.durationNanos).toBe(2_000_000);
    expect(record.resource).toBe(span.resource);
  });
});

describe('redact that drops', () => {
  const drop: Redact = ({ name }) => (name === 'health' ? 'drop' : undefined);

  it('keeps the span from every recorder, and counts it', async () => {
    const transport = new ManualTransport();
    const memory = new InMemoryRecorder();
    const reporter = batchReporter({ encoder: new OtlpProtobufEncoder(), transport, scheduledDelayMillis: 1e6 });
    const { tracer, logger } = testTracer({ redact: drop, recorders: [memory, reporter] });
    for (const name of ['health', 'pay', 'health']) tracer.startSpan(name).finish();
    expect(memory.records.map(({ name }) => name)).toEqual(['pay']);
    expect(tracer.stats()).toMatchObject({ finished: 3, redactionDrops: 2, redactionErrors: 0, discarded: 0 });
    expect(tracer.stats().reporters).toMatchObject([{ accepted: 1, queued: 1 }]);
    requireBalance(tracer, 1);
    expect(logger.lines).toEqual([]);
    const closed = tracer.close();
    await transport.answer(delivered);
    await closed;
  });

  it('leaves the span itself as usable as any that is finished', () => {
    const { tracer } = testTracer({ redact: () => 'drop' });
    const span = sampledSpan(tracer, 'pay', { tags: { a: 1 } });
    span.finish();
    expect(span.attributes).toEqual(['a', 1]);
    expect(tracer.startSpan('child', { childOf: span }).context().toTraceId()).toBe(span.context().toTraceId());
  });
});

describe('redact that fails', () => {
  const boom = (): never => {
    throw new Error(`cannot read\n    at ${secret}`);
  };

  const failures: [string, (span: any) => unknown][] = [
    ['throws', boom],
    [
      'throws what is no error',
      () => {
        throw secret;
      },
    ],
    [
      'throws after a change',
      (span) => {
        span.tags.delete('card');
        boom();
      },
    ],
    ['gives true', () => true],
    ['gives null', () => null],
    ['gives another text', () => 'dropped'],
    ['gives the span', (span) => span],
    ['gives a promise', () => Promise.resolve()],
    ['gives a promise that rejects', () => Promise.reject(new Error(secret))],
    ['gives a promise of drop', () => Promise.resolve('drop')],
    [
      'puts an object in place of the tags',
      (span) => {
        span.tags = { a: 1 };
      },
    ],
    [
      'puts an object in place of the logs',
      (span) => {
        span.logs = {};
      },
    ],
    [
      'adds a log',
      (span) => {
        span.logs.push({ name: 'mine', fields: new Map() });
      },
    ],
    ['leaves a hole among the logs', (span) => void Reflect.deleteProperty(span.logs, 0)],
    [
      'puts null among the logs',
      (span) => {
        span.logs.push(null);
      },
    ],
    [
      'puts a list in place of the fields',
      (span) => {
        span.logs[0].fields = [];
      },
    ],
    [
      'breaks the map',
      (span) => {
        span.tags[Symbol.iterator] = boom;
      },
    ],
  ];

  it.each(failures)('(%s) hands the span to nobody, counts it and breaks nothing', async (_, redact) => {
    const rejected = unhandledRejections();
    const { tracer, recorder, logger } = testTracer({ redact: redact as never });
    const span = tracer.startSpan('pay', { tags: { card: secret } });
    span.log({ event: 'ask', card: secret });
    span.finish();
    expect(recorder.records).toEqual([]);
    expect(tracer.stats()).toMatchObject({ finished: 1, redactionErrors: 1, redactionDrops: 0, recorderErrors: 0 });
    requireBalance(tracer, 0);
    expect(logger.lines).toEqual([
      expect.stringMatching(/^spanwise: redact failed, the span goes to no recorder \(1 so far\): /),
    ]);
    expect(await rejected()).toEqual([]);
  });

  it.each(failures)('(%s) writes nothing of the span into the log', async (_, redact) => {
    const rejected = unhandledRejections();
    const { tracer, logger } = testTracer({ redact: redact as never });
    tracer.startSpan('pay', { tags: { card: secret } }).finish();
    expect(await rejected()).toEqual([]);
    expect(logger.lines.join('\n')).not.toContain(secret);
  });

  it('is logged once a minute, with the place and the rule', () => {
    const { tracer, logger, clock } = testTracer({ redact: boom });
    for (let count = 0; count < 3; count++) tracer.startSpan('pay').finish();
    clock.advance(59_999);
    tracer.startSpan('pay').finish();
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]).toMatch(/it threw\n\s+at boom .*redact\.test\.ts/);
    clock.advance(1);
    tracer.startSpan('pay').finish();
    expect(logger.lines).toHaveLength(2);
    expect(logger.lines[1]).toContain('(5 so far)');
  });

  it.each([
    [() => true, "it must return nothing or 'drop'; it returned a value of type boolean"],
    [() => null, "it must return nothing or 'drop'; it returned a value of type null"],
    [() => Promise.resolve(), "it must return nothing or 'drop', and not be async; it returned a promise"],
  ])('by what it returns says so: %s', (redact, message) => {
    const { tracer, logger } = testTracer({ redact: redact as never });
    tracer.startSpan('pay').finish();
    expect(logger.lines[0]).toContain(message);
  });

  it('has a line of its own beside a recorder that fails', () => {
    const { tracer, logger } = testTracer({
      recorders: [{ finish: boom }],
      redact: ({ name }) => (name === 'a' ? undefined : boom()),
    });
    for (const name of ['a', 'b']) tracer.startSpan(name).finish();
    expect(logger.lines).toHaveLength(2);
    expect(tracer.stats()).toMatchObject({ recorderErrors: 1, redactionErrors: 1 });
  });

  it('for one span hands on the next', () => {
    const { tracer, recorder } = testTracer({ redact: ({ name }) => (name === 'a' ? boom() : undefined) });
    for (const name of ['a', 'b']) tracer.startSpan(name).finish();
    expect(recorder.records.map(({ name }) => name)).toEqual(['b']);
    requireBalance(tracer, 1);
  });

  it('does so for a span that finishes within it, which is counted too, and hands on the outer one', () => {
    // Assigned below, and read only when a span finishes.
    // oxlint-disable-next-line prefer-const
    let tracer: SpanwiseTracer;
    const made = testTracer({ redact: () => tracer.startSpan('inner').finish() });
    tracer = made.tracer;
    tracer.startSpan('outer').finish();
    expect(made.recorder.records.map(({ name }) => name)).toEqual(['outer']);
    expect(tracer.stats()).toMatchObject({ started: 2, finished: 2, redactionErrors: 1 });
    expect(made.logger.lines[0]).toContain('it finished a span itself');
    requireBalance(tracer, 1);
  });
});

describe('odd values that redact leaves', () => {
  it('are converted as by setTag', () => {
    const record = recordOf(
      ({ tags }) => {
        tags.set('undefined', undefined).set('null', null).set('nan', Number.NaN).set('symbol', Symbol('s'));
        tags
          .set('date', new Date(0))
          .set('deep', { a: [1n] })
          .set('error', new TypeError('no'));
        tags.set(
          'trap',
          new Proxy(
            {},
            {
              get: () => {
                throw new Error('trap');
              },
            },
          ),
        );
        tags.set(7 as never, 'seven');
      },
      { undefined: 1 },
    );
    expect(record.attributes).toEqual([
      'null',
      null,
      'nan',
      Number.NaN,
      'symbol',
      'Symbol(s)',
      'date',
      '1970-01-01T00:00:00.000Z',
      'deep',
      { a: [1n] },
      'trap',
      '[unreadable]',
      '7',
      'seven',
    ]);
    expect(record.statusMessage).toBe('no');
  });

  it('are cut at the limits, and counted on the record', () => {
    const limits = { maxTags: 2, maxLogFields: 1, maxValueLength: 4 };
    const { tracer, recorder } = testTracer({
      limits,
      redact: (span) => {
        span.name = 'a long name';
        span.statusMessage = 'a long message';
        for (const key of ['b', 'c', 'd']) span.tags.set(key, 'a long value');
        span.logs[0]!.fields.set('y', 1);
      },
    });
    tracer
      .startSpan('pay', { tags: { a: 1 } })
      .log({ event: 'log', x: 1 })
      .finish();
    expect(recorder.records[0]).toMatchObject({
      name: 'a lo',
      statusMessage: 'a lo',
      attributes: ['a', 1, 'b', 'a lo'],
      droppedAttributesCount: 2,
      events: [{ attributes: ['x', 1], droppedAttributesCount: 1 }],
    });
  });

  it.each([
    [
      'deletes',
      (span: any) => {
        for (const key of Object.keys(span)) delete span[key];
      },
    ],
    [
      'empties',
      (span: any) => {
        span.name = null;
        span.statusMessage = undefined;
        span.tags.clear();
        span.logs = [];
      },
    ],
    [
      'replaces by nothing',
      (span: any) => {
        Object.assign(span, { name: '', statusMessage: '', tags: new Map(), logs: null });
      },
    ],
  ])('may be none at all: it %s everything', (_, redact) => {
    const { tracer, recorder } = testTracer({ redact });
    tracer
      .startSpan('pay', { tags: { card: secret, error: secret } })
      .log({ event: secret, card: secret })
      .finish();
    const [record] = recorder.records;
    expect(record).toMatchObject({ name: '', statusMessage: '', status: SpanStatus.error, attributes: [], events: [] });
    expect(JSON.stringify(record)).not.toContain(secret);
  });

  it('may have names from Object.prototype', () => {
    const given = Object.fromEntries(
      ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((key) => [key, key]),
    );
    const record = recordOf(({ tags }) => {
      expect([...tags.keys()]).toEqual(Object.keys(given));
      expect([tags.get('valueOf'), tags.get('__proto__')]).toEqual([undefined, '__proto__']);
      tags.delete('constructor');
      tags.set('__proto__', { polluted: true });
    }, given);
    expect(attributeOf(record.attributes, '__proto__')).toEqual({ polluted: true });
    expect(attributeOf(record.attributes, 'constructor')).toBeUndefined();
    expect(attributeOf(record.attributes, 'toString')).toBe('toString');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('recorders behind redact', () => {
  class Noted implements Recorder {
    readonly calls: [string, SpanRecord][] = [];
    start(span: SpanRecord): void {
      this.calls.push(['start', span]);
    }
    finish(record: SpanRecord): void {
      this.calls.push(['finish', record]);
    }
    discarded(span: SpanRecord): void {
      this.calls.push(['discarded', span]);
    }
  }

  it('never see what it took out, neither at the start nor for spans that they do not get', async () => {
    const noted = new Noted();
    const redact: Redact = (span) => {
      if (span.name === `drop ${secret}`) return 'drop';
      if (span.name === `fail ${secret}`) throw new Error(secret);
      span.name = 'kept';
      span.statusMessage = '';
      span.tags.clear();
      span.logs = [];
      return undefined;
    };
    const { tracer } = testTracer({ recorders: [noted], redact });
    const tags = { card: secret, 'peer.service': secret, error: secret };
    const spans = ['keep', 'drop', 'fail', 'late'].map((what) => tracer.startSpan(`${what} ${secret}`, { tags }));
    for (const span of spans) span.log({ event: secret });
    for (const span of spans.slice(0, 3)) span.finish();
    await tracer.close();
    spans[3]!.finish();
    expect(noted.calls.map(([call]) => call)).toEqual([
      'start',
      'start',
      'start',
      'start',
      'finish',
      'discarded',
      'discarded',
      'discarded',
    ]);
    expect(JSON.stringify(noted.calls)).not.toContain(secret);
    const ids = spans.map((span) => span.context().toSpanId());
    expect(noted.calls.map(([, record]) => spanIdHex(record))).toEqual([...ids, ...ids]);
    expect(tracer.stats()).toMatchObject({ finished: 4, discarded: 1, redactionDrops: 1, redactionErrors: 1 });
    requireBalance(tracer, 1);
  });

  it('send what it left, over OTLP and over Zipkin, and account for it', async () => {
    const [otlp, zipkin] = [new ManualTransport(), new ManualTransport()];
    const { tracer } = testTracer({
      recorders: [
        batchReporter({ encoder: new OtlpProtobufEncoder(), transport: otlp }),
        batchReporter({ encoder: new ZipkinJsonEncoder(), transport: zipkin }),
      ],
      redact: (span) => {
        if (span.name === 'health') return 'drop';
        span.statusMessage = 'refused';
        for (const key of ['card', 'peer.service', 'peer.ipv4']) span.tags.delete(key);
        for (const { fields } of span.logs) fields.set('card', '[card]');
        return undefined;
      },
    });
    const tags = { card: secret, 'peer.service': `bank ${secret}`, 'peer.ipv4': '10.9.8.7', error: secret, order: 7 };
    tracer.startSpan('health', { tags }).finish();
    tracer.startSpan('pay', { tags }).log({ event: 'ask', card: secret }).finish();
    const closed = tracer.close();
    for (const transport of [otlp, zipkin]) {
      expect(Buffer.from(transport.sent[0]!.body).toString('latin1')).not.toMatch(/4111111111111111|10\.9\.8\.7/);
      expect(transport.sent[0]!.spanCount).toBe(1);
      await transport.answer(delivered);
    }
    await closed;
    expect(decodeOtlpProtobuf(otlp.sent[0]!.body).spans).toMatchObject([
      {
        name: 'pay',
        statusMessage: 'refused',
        attributes: ['order', 7],
        events: [{ name: 'ask', attributes: ['card', '[card]'] }],
        remoteEndpoint: undefined,
      },
    ]);
    expect(JSON.parse(Buffer.from(zipkin.sent[0]!.body).toString())).toMatchObject([
      { name: 'pay', tags: { order: '7', error: 'refused' } },
    ]);
    for (const stats of tracer.stats().reporters) expect(stats).toMatchObject({ accepted: 1, delivered: 1, queued: 0 });
    requireBalance(tracer, 1);
  });
});

it.each([
  ['a text', 'password', 'it was "password"'],
  ['a list', [() => {}], 'it was an array of 1'],
  ['null', null, 'it was null'],
  ['async', async function hide() {}, 'it was function hide'],
  ['a generator', function* hide() {}, 'it was function hide'],
  ['async in another realm', runInNewContext('(async () => {})'), 'it was function'],
])('a redact that is %s throws at once and shows the value and the fix', (_, redact, message) => {
  const logger = new Logged();
  const make = (): unknown => createTracer({ redact: redact as never, recorders: [], logger });
  expect(make).toThrow(message);
  expect(make).toThrow(
    "createTracer: redact must be a function that is not async, such as (span) => { span.tags.delete('user.email'); }",
  );
  expect(logger.lines).toEqual([]);
});
