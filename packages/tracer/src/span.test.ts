import { runInNewContext } from 'node:vm';

import type { Span } from '@spanwise/opentracing';
import { FORMAT_TEXT_MAP } from '@spanwise/opentracing';
import type { SpanRecord } from '@spanwise/wire';
import { attributeOf, SpanKind, SpanStatus } from '@spanwise/wire';
import { describe, expect, it } from 'vitest';

import { testTracer } from './fixtures/test-tracer.ts';
import type { TracerOptions } from './tracer-options.ts';
import { UnsampledSpan } from './unsampled-span.ts';

/** The record of a span on which something was done. */
function recordOf(act: (span: Span) => unknown, options: TracerOptions = {}): SpanRecord {
  const { tracer, recorder } = testTracer(options);
  const span = tracer.startSpan('get');
  act(span);
  span.finish();
  return recorder.records[0]!;
}

/** Members of a value, at all depths. */
function memberCount(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, member) => sum + 1 + memberCount(member), 0);
}

describe('tags', () => {
  it('keep their order and type; the last value of a key wins', () => {
    const record = recordOf((span) =>
      span.setTag('a', 1).setTag('b', 'x').addTags({ c: true, d: null, e: 10n, a: 2.5 }).setTag('b', 'y'),
    );
    expect(record.attributes).toEqual(['a', 2.5, 'b', 'y', 'c', true, 'd', null, 'e', 10n]);
  });

  it('come with the start too', () => {
    const { tracer, recorder } = testTracer();
    tracer.startSpan('get', { tags: { a: 1, 'span.kind': 'client' } }).finish();
    expect(recorder.records[0]).toMatchObject({ attributes: ['a', 1], kind: SpanKind.client });
  });

  it('without a value are none', () => {
    expect(recordOf((span) => span.setTag('a', undefined)).attributes).toEqual([]);
  });

  it('are copied: changes afterwards do not show', () => {
    const list = [1, { deep: 'x' }];
    const bytes = Uint8Array.of(1, 2);
    const buffer = Buffer.of(1, 2);
    const record = recordOf((span) => {
      span.addTags({ list, bytes, buffer });
      list.push(3);
      (list[1] as { deep: string }).deep = 'changed';
      bytes[0] = 9;
      buffer[0] = 9;
    });
    const copy = Uint8Array.of(1, 2);
    expect(record.attributes).toEqual(['list', [1, { deep: 'x' }], 'bytes', copy, 'buffer', copy]);
  });

  it.each([
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), 'Invalid Date'],
    [new TypeError('no'), 'TypeError: no'],
    [runInNewContext(`new TypeError('no')`), 'TypeError: no'],
    [Float64Array.of(0.5, 2), [0.5, 2]],
    [Array(2), [null, null]],
    [Symbol('s'), 'Symbol(s)'],
    [function act() {}, 'function act'],
    [new Map([['a', 1]]), { a: 1 }],
    [new Set([1, 2]), [1, 2]],
    [Object(5n), 5n],
    [Object.create(null), {}],
    [{ a: { b: { c: { d: { e: 1 } } } } }, { a: { b: { c: { d: '[object]' } } } }],
    [[undefined], [null]],
  ])('of odd values: %s', (value, kept) => {
    expect(recordOf((span) => span.setTag('k', value)).attributes).toEqual(['k', kept]);
  });

  class Id {
    readonly #value = 1;
    toString(): string {
      return `id-${this.#value}`;
    }
  }
  class Money {
    readonly #cents = 5;
    readonly currency = 'EUR';
    toJSON(): string {
      return `${this.#cents} ${this.currency}`;
    }
  }
  class Sealed {
    readonly #value = 1;
    value(): number {
      return this.#value;
    }
  }

  it.each<[string, unknown, unknown]>([
    ['a URL', new URL('http://h/p?q'), 'http://h/p?q'],
    ['URLSearchParams', new URLSearchParams('a=1&b=2'), 'a=1&b=2'],
    ['URLSearchParams without any', new URLSearchParams(), ''],
    ['a RegExp', /x/g, '/x/g'],
    ['a RegExp of another realm', runInNewContext('/x/g'), '/x/g'],
    ['a Date of another realm', runInNewContext('new Date(0)'), '1970-01-01T00:00:00.000Z'],
    ['an invalid Date of another realm', runInNewContext('new Date(NaN)'), 'Invalid Date'],
    ['a Map of another realm', runInNewContext(`new Map([['a', new Map([[1, 2]])]])`), { a: { 1: 2 } }],
    ['a Set of another realm', runInNewContext('new Set([1, new Set([2])])'), [1, [2]]],
    ['what is only called a Map', { [Symbol.toStringTag]: 'Map', a: 1 }, { a: 1 }],
    ['what is only called a Set', { [Symbol.toStringTag]: 'Set', a: 1 }, { a: 1 }],
    ['what is only called a Date', { [Symbol.toStringTag]: 'Date', a: 1 }, { a: 1 }],
    ['Headers', new Headers({ 'X-A': '1' }), { 'x-a': '1' }],
    ['an ArrayBuffer', Uint8Array.of(1, 2).buffer, Uint8Array.of(1, 2)],
    ['a class with toString and nothing to show', new Id(), 'id-1'],
    ['a class with toJSON', new Money(), '5 EUR'],
    ['a class with nothing to show or say', new Sealed(), {}],
    ['an object with toString and members', { a: 1, toString: () => 'x' }, { a: 1, toString: 'function toString' }],
    ['toJSON that gives an object', { toJSON: () => ({ a: new Id() }) }, { a: 'id-1' }],
    ['toJSON that gives a list', { toJSON: () => [1, new Money()] }, [1, '5 EUR']],
    ['toJSON that gives a Date', { toJSON: () => new Date(0) }, '1970-01-01T00:00:00.000Z'],
    ['toJSON that gives an invalid Date', { toJSON: () => new Date(NaN) }, 'Invalid Date'],
    [
      'toJSON that gives a Date of another realm',
      runInNewContext('({ toJSON: () => new Date(0) })'),
      '1970-01-01T00:00:00.000Z',
    ],
    ['toJSON that gives bytes', { toJSON: () => Uint8Array.of(1, 2) }, Uint8Array.of(1, 2)],
    ['toJSON that gives nothing', { toJSON: () => undefined }, null],
    ['toJSON that is no function', { toJSON: 5 }, { toJSON: 5 }],
    ['members that are such', { u: new URL('http://h/'), list: [/x/] }, { u: 'http://h/', list: ['/x/'] }],
    ['empty lists', [[], new Uint16Array(0), {}], [[], [], {}]],
    ['such at the fourth level', { a: { b: { c: { d: new Id() } } } }, { a: { b: { c: { d: 'id-1' } } } }],
  ])('that are objects are what they say: %s', (_, value, kept) => {
    expect(recordOf((span) => span.setTag('k', value)).attributes).toEqual(['k', kept]);
  });

  it('with a toString that throws cannot be read', () => {
    const broken = Object.create({
      toString(): never {
        throw new Error('no');
      },
    }) as object;
    expect(recordOf((span) => span.setTag('k', [broken, 1])).attributes).toEqual(['k', ['[unreadable]', 1]]);
  });

  it('with a toJSON that throws are what they are without', () => {
    const value = {
      a: 1,
      toJSON(): never {
        throw new Error('no');
      },
    };
    expect(recordOf((span) => span.setTag('k', value)).attributes).toEqual(['k', { a: 1, toJSON: 'function toJSON' }]);
  });

  it('with a toJSON that gives itself, or one more for ever, end', () => {
    const itself = { a: 1, toJSON: (): unknown => itself };
    const more = (): unknown => ({ toJSON: () => ({ more: more() }) });
    expect(recordOf((span) => span.setTag('k', itself)).attributes[1]).toMatchObject({ a: 1 });
    const { tracer, recorder } = testTracer();
    tracer.startSpan('get').setTag('k', more()).finish();
    expect(recorder.records[0]!.attributes).toEqual(['k', { more: { more: { more: { more: '[object]' } } } }]);
    expect(tracer.stats().cutValues).toBe(1);
  });

  it('that are texts of objects are cut at the limit', () => {
    const { tracer, recorder } = testTracer({ limits: { maxValueLength: 10 } });
    tracer
      .startSpan('get')
      .addTags({ fits: new URL('http://h:1'), long: new URL('http://host') })
      .finish();
    expect(recorder.records[0]!.attributes).toEqual(['fits', 'http://h:1', 'long', 'http://hos']);
    expect(tracer.stats().cutValues).toBe(2);
  });

  it('that cannot be read say so', () => {
    const trap = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    expect(recordOf((span) => span.setTag('k', trap)).attributes).toEqual(['k', '[unreadable]']);
  });

  it('of circles end', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(recordOf((span) => span.setTag('k', circle)).attributes[1]).toEqual({
      self: { self: { self: { self: '[object]' } } },
    });
  });

  it('have 256 members at most, at all depths together', () => {
    const members = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
    const kept = (value: unknown): unknown => recordOf((span) => span.setTag('k', value)).attributes[1];
    expect(kept(members(256))).toEqual(members(256));
    expect(kept(members(257))).toEqual(members(256));
    expect(kept(new Set(members(257)))).toEqual(members(256));
    expect(Object.keys(kept(new Map(members(257).map((key) => [key, key]))) as object)).toHaveLength(256);
    expect(Object.keys(kept(Object.fromEntries(members(257).entries())) as object)).toHaveLength(256);
    expect(kept([members(200), members(200), 7])).toEqual([members(200), members(54)]);
    const circle: unknown[] = [];
    for (let count = 0; count < 64; count++) circle.push(circle);
    expect(memberCount(kept(circle))).toBe(256);
  });

  it('are read member by member, none beyond the last one kept', () => {
    let reads = 0;
    const counting = (): number => {
      if (reads === 1000) throw new Error('there is no end');
      return ++reads;
    };
    function* endless<Type>(next: () => Type): Generator<Type> {
      for (;;) yield next();
    }
    const numbers = { [Symbol.iterator]: () => endless(counting) };
    const entries = { [Symbol.iterator]: () => endless(() => [counting(), 1]) };
    const getter = { enumerable: true, get: counting };
    const getters = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [index, getter]));
    for (const value of [
      Object.assign([], numbers),
      Object.assign(new Set(), numbers),
      Object.assign(new Map(), entries),
      Object.defineProperties({}, getters),
    ]) {
      reads = 0;
      expect(memberCount(recordOf((span) => span.setTag('k', value)).attributes[1])).toBe(256);
      expect(reads).toBeLessThanOrEqual(257);
    }
  });

  it('leave out what an object inherits', () => {
    expect(recordOf((span) => span.setTag('k', Object.create({ inherited: 1 }))).attributes).toEqual(['k', {}]);
  });

  it('may have any key', () => {
    const record = recordOf((span) =>
      span
        .setTag('', 1)
        .setTag('__proto__', 2)
        .setTag(7 as never, 3 as never)
        .setTag(Symbol('s') as never, 4 as never),
    );
    expect(record.attributes).toEqual(['', 1, '__proto__', 2, '7', 3, 'Symbol(s)', 4]);
  });

  it('of functions are their names, whatever those are', () => {
    const named = Object.defineProperty(() => {}, 'name', { value: Symbol('s') });
    const { proxy, revoke } = Proxy.revocable(() => {}, {});
    revoke();
    const record = recordOf((span) => span.setTag('a', named).setTag('b', proxy));
    expect(record.attributes).toEqual(['a', 'function Symbol(s)', 'b', '[unreadable]']);
  });

  it('that throw when read are counted, not thrown', () => {
    const { tracer, recorder } = testTracer();
    const tags = Object.defineProperty({ a: 1 }, 'b', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    tracer.startSpan('get', { tags }).addTags(tags).finish();
    expect(recorder.records[0]!.attributes).toEqual(['a', 1]);
    expect(tracer.stats().argumentErrors).toBe(2);
  });
});

describe('standard tags', () => {
  it.each([
    ['internal', SpanKind.internal],
    ['server', SpanKind.server],
    ['client', SpanKind.client],
    ['producer', SpanKind.producer],
    ['consumer', SpanKind.consumer],
  ])('span.kind %s is the kind, and no attribute', (value, kind) => {
    expect(recordOf((span) => span.setTag('span.kind', value))).toMatchObject({ kind, attributes: [] });
  });

  it('a kind that does not exist stays a tag', () => {
    const record = recordOf((span) => span.setTag('span.kind', 'Server'));
    expect(record).toMatchObject({ kind: SpanKind.unspecified, attributes: ['span.kind', 'Server'] });
  });

  it.each([
    [true, SpanStatus.error, ''],
    ['true', SpanStatus.error, ''],
    [1, SpanStatus.error, ''],
    ['timed out', SpanStatus.error, 'timed out'],
    [new Error('refused'), SpanStatus.error, 'refused'],
    [false, SpanStatus.unset, ''],
    ['false', SpanStatus.unset, ''],
    [0, SpanStatus.unset, ''],
    [undefined, SpanStatus.unset, ''],
  ])('error %s is the status, and no attribute', (value, status, statusMessage) => {
    expect(recordOf((span) => span.setTag('error', value))).toMatchObject({ status, statusMessage, attributes: [] });
  });

  it.each([
    ['text', '123456'],
    ['an error', new Error('123456')],
    ['an error of another realm', runInNewContext(`new Error('123456')`)],
    ['an error whose message is no text', Object.assign(new Error(), { message: 123456 })],
  ])('error is cut as values are: %s', (_, error) => {
    const limits = { maxValueLength: 5 };
    expect(recordOf((span) => span.setTag('error', error), { limits }).statusMessage).toBe('12345');
    expect(recordOf((span) => span.setTag('error', error), { limits: { maxValueLength: 6 } }).statusMessage).toBe(
      '123456',
    );
  });

  it.each([
    ['an object as message', Object.assign(new Error(), { message: { a: 1 } }), '[object Object]'],
    ['a message that cannot be text', Object.assign(new Error(), { message: Object.create(null) }), '[unreadable]'],
    ['no message', Object.assign(new Error(), { message: undefined }), ''],
    ['a message that throws', Object.defineProperty(new Error(), 'message', { get: trap }), ''],
    ['traps everywhere', new Proxy(new Error(), { get: trap, getPrototypeOf: trap }), ''],
  ])('error with %s is an error all the same', (_, error, statusMessage) => {
    const record = recordOf((span) => span.addTags({ error, after: 1 }));
    expect(record).toMatchObject({ status: SpanStatus.error, statusMessage, attributes: ['after', 1] });
  });

  function trap(): never {
    throw new Error('trap');
  }

  it('sampling.priority 0 after the start is taken over by later children and injects, and the span is not handed on', () => {
    const { tracer, recorder } = testTracer();
    const span = tracer.startSpan('health');
    const before = span.context();
    const early = tracer.startSpan('early', { childOf: span });
    span.setTag('sampling.priority', 0);
    const carrier: Record<string, string> = {};
    tracer.inject(span, 'http_headers', carrier);
    expect(carrier['traceparent']).toMatch(/-0[02]$/);
    expect(tracer.startSpan('late', { childOf: span })).toBeInstanceOf(UnsampledSpan);
    expect(tracer.startSpan('of a context from before', { childOf: before })).not.toBeInstanceOf(UnsampledSpan);
    span.finish();
    early.finish();
    expect(recorder.records.map(({ name }) => name)).toEqual(['early']);
    expect(tracer.stats()).toMatchObject({ latePriorities: 1, finished: 2, discarded: 1, unsampled: 1, open: 1 });
  });

  it('sampling.priority 1 after the start makes later children and injects debug ones', () => {
    const { tracer, recorder } = testTracer();
    const span = tracer.startSpan('a').addTags({ 'sampling.priority': 1 });
    tracer.startSpan('b', { childOf: span }).finish();
    span.finish();
    expect(recorder.records.map(({ name, debug }) => [name, debug])).toEqual([
      ['b', true],
      ['a', true],
    ]);
  });

  it('sampling.priority 1 on a span that is not recorded lets its later children be', () => {
    const { tracer, recorder } = testTracer({ sampler: 0 });
    const span = tracer.startSpan('a');
    tracer.startSpan('before', { childOf: span }).finish();
    span.setTag('sampling.priority', 1);
    tracer.startSpan('after', { childOf: span }).finish();
    span.addTags({ 'sampling.priority': 0 });
    tracer.startSpan('at last', { childOf: span }).finish();
    span.finish();
    expect(recorder.records.map(({ name, debug }) => [name, debug])).toEqual([['after', true]]);
    expect(tracer.stats()).toMatchObject({ latePriorities: 2, unsampled: 3, finished: 1 });
  });

  it.each([
    ['not sampled, late 1', '00', 'c', 1],
    ['sampled, late 0', '01', '8', 0],
  ])(
    'sampling.priority after the start takes away the threshold that no more speaks for the span (%s)',
    (_, flags, threshold, priority) => {
      const { tracer } = testTracer();
      const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-${flags}`;
      const parent = tracer.extract('http_headers', { traceparent, tracestate: `ot=th:${threshold},a=b` })!;
      const span = tracer.startSpan('a', { childOf: parent }).setTag('sampling.priority', priority);
      const carrier: Record<string, string> = {};
      tracer.inject(span, 'http_headers', carrier);
      expect(carrier['tracestate']).toBe('a=b');
      expect(carrier['traceparent']).toMatch(priority === 1 ? /-0[13]$/ : /-0[02]$/);
    },
  );

  it('sampling.priority stays a tag, and the last value counts', () => {
    const { tracer, recorder } = testTracer();
    const span = tracer.startSpan('a').setTag('sampling.priority', 0).setTag('sampling.priority', 2);
    span.finish();
    span.setTag('sampling.priority', 0);
    expect(recorder.records[0]?.attributes).toEqual(['sampling.priority', 2]);
    expect(tracer.stats()).toMatchObject({ latePriorities: 2, lateCalls: 1, discarded: 0 });
  });

  it.each([0, 1])('sampling.priority is counted after the start whatever its value is (rate %d)', (sampler) => {
    const { tracer } = testTracer({ sampler });
    const span = tracer.startSpan('get');
    const values = [undefined, null, 'abc', Number.NaN, 1];
    for (const value of values) span.setTag('sampling.priority', value);
    expect(tracer.stats().latePriorities).toBe(values.length);
    for (const value of values) span.addTags({ 'sampling.priority': value });
    span.addTags(Object.create({ 'sampling.priority': 1 }) as object);
    span.setTag('sampling.priorit', 1).addTags({ 'sampling.priorities': 1 });
    expect(tracer.stats()).toMatchObject({ latePriorities: 2 * values.length + 1, argumentErrors: 0 });
  });

  it.each([
    ['a getter', Object.defineProperty({}, 'sampling.priority', { get: trap, enumerable: true }), 1, 1],
    ['traps', new Proxy({}, { get: trap, has: trap, ownKeys: trap }), 0, 0],
    ['other getters', Object.defineProperty({}, 'other', { get: trap, enumerable: true }), 0, 0],
    ['no object', null, 0, 0],
  ])(
    'of a span that is not recorded only sampling.priority is read (%s)',
    (_, tags, latePriorities, argumentErrors) => {
      const { tracer } = testTracer({ sampler: 0 });
      tracer.startSpan('get').addTags(tags as object);
      expect(tracer.stats()).toMatchObject({ latePriorities, argumentErrors });
    },
  );

  it('sampling.priority among the tags of the start is not counted', () => {
    const { tracer } = testTracer();
    tracer.startSpan('yes', { tags: { 'sampling.priority': 1 } }).finish();
    tracer.startSpan('no', { tags: { 'sampling.priority': 0 } }).finish();
    expect(tracer.stats()).toMatchObject({ latePriorities: 0, finished: 1, unsampled: 1 });
  });

  it('error false takes error true back', () => {
    const record = recordOf((span) => span.setTag('error', 'late').setTag('error', false));
    expect(record).toMatchObject({ status: SpanStatus.unset, statusMessage: '' });
  });

  it('peer.* are the other side, and stay attributes', () => {
    const record = recordOf((span) =>
      span.addTags({ 'peer.service': 'db', 'peer.ipv4': '10.0.0.1', 'peer.port': 5432, 'peer.hostname': 'h' }),
    );
    expect(record.remoteEndpoint).toMatchObject({ serviceName: 'db', ipv4: '10.0.0.1', port: 5432 });
    expect(attributeOf(record.attributes, 'peer.service')).toBe('db');
    expect(attributeOf(record.attributes, 'peer.port')).toBe(5432);
  });

  it('a span without peer.* has no other side', () => {
    expect(recordOf((span) => span.setTag('peers', 1)).remoteEndpoint).toBeUndefined();
  });
});

describe('logs', () => {
  it.each([
    [
      { event: 'retry', count: 2 },
      { name: 'retry', attributes: ['count', 2] },
    ],
    [{ count: 2 }, { name: 'log', attributes: ['count', 2] }],
    [{ event: 7 }, { name: '7', attributes: [] }],
    [{}, { name: 'log', attributes: [] }],
    [{ event: 'error' }, { name: 'error', attributes: [] }],
    [
      { event: 'error', 'error.kind': 'Timeout', message: 'late', stack: 'at x', extra: 1 },
      {
        name: 'exception',
        attributes: [
          'exception.type',
          'Timeout',
          'exception.message',
          'late',
          'exception.stacktrace',
          'at x',
          'extra',
          1,
        ],
      },
    ],
    [
      { event: 'error', 'error.object': 'text' },
      { name: 'exception', attributes: ['exception.message', 'text'] },
    ],
    [
      { event: 'retry', message: 'late' },
      { name: 'retry', attributes: ['message', 'late'] },
    ],
    ['text', { name: 'log', attributes: ['message', 'text'] }],
    [undefined, { name: 'log', attributes: [] }],
  ])('%j', (fields, event) => {
    expect(recordOf((span) => span.log(fields as never)).events).toMatchObject([event]);
  });

  it('of an error object say type, message and stack', () => {
    const error = new RangeError('too far');
    const { events } = recordOf((span) => span.log({ event: 'error', 'error.object': error, message: 'reworded' }));
    expect(events).toMatchObject([
      {
        name: 'exception',
        attributes: [
          'exception.type',
          'RangeError',
          'exception.message',
          'reworded',
          'exception.stacktrace',
          error.stack,
        ],
      },
    ]);
  });

  it.each([new RangeError('too far'), runInNewContext(`new RangeError('too far')`)])(
    'may be an error alone (%#)',
    (error) => {
      const attributes = [
        'exception.type',
        'RangeError',
        'exception.message',
        'too far',
        'exception.stacktrace',
        error.stack,
      ];
      expect(recordOf((span) => span.log(error)).events).toMatchObject([{ name: 'exception', attributes }]);
    },
  );

  it('have their moment: now, or the one given', () => {
    const { tracer, recorder, clock } = testTracer();
    const span = tracer.startSpan('get');
    clock.advance(1.5);
    span.log({ event: 'a' });
    span.log({ event: 'b' }, 1_600_000_000_000.25);
    span.finish();
    const [first, second] = recorder.records[0]!.events;
    expect(first).toMatchObject({ timeMicros: 1_700_000_000_001_500, timeNanos: 0 });
    expect(second).toMatchObject({ timeMicros: 1_600_000_000_000_250, timeNanos: 0 });
  });

  it('come through the deprecated logEvent', () => {
    const { events } = recordOf((span) => span.logEvent('cache', { hit: true }));
    expect(events).toMatchObject([{ name: 'cache', attributes: ['payload', { hit: true }] }]);
  });
});

describe('limits', () => {
  const limits = { maxTags: 2, maxLogs: 2, maxLogFields: 2, maxValueLength: 5 };

  it('keep the first tags and count the others; a tag that is there may change', () => {
    const { tracer, recorder } = testTracer({ limits });
    tracer
      .startSpan('get', { tags: { a: 1, b: 2, c: 3 } })
      .setTag('d', 4)
      .setTag('a', 5)
      .finish();
    expect(recorder.records[0]).toMatchObject({ attributes: ['a', 5, 'b', 2], droppedAttributesCount: 2 });
    expect(tracer.stats().droppedTags).toBe(2);
  });

  it('keep the first logs and count the others', () => {
    const { tracer, recorder } = testTracer({ limits });
    const span = tracer.startSpan('get');
    for (const event of ['a', 'b', 'c']) span.log({ event });
    span.finish();
    expect(recorder.records[0]!.events.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(recorder.records[0]!.droppedEventsCount).toBe(1);
    expect(tracer.stats().droppedLogs).toBe(1);
  });

  it('hold for the fields of a log', () => {
    const { events } = recordOf((span) => span.log({ event: 'e', a: 1, b: 2, c: 3 }), { limits });
    expect(events[0]).toMatchObject({ attributes: ['a', 1, 'b', 2], droppedAttributesCount: 1 });
  });

  it('cut long text everywhere, never a surrogate pair', () => {
    const record = recordOf((span) => span.setTag('k', '12345').setTag('l', '1234😀'), {
      limits,
    });
    expect(record).toMatchObject({ attributes: ['k', '12345', 'l', '1234'] });
    const long = recordOf((span) => span.setTag('k', ['123456']).log({ event: '123456', f: '123456' }), { limits });
    expect(long.attributes).toEqual(['k', ['12345']]);
    expect(long.events[0]).toMatchObject({ attributes: ['f', '12345'] });
  });
});

describe('time', () => {
  it('is exact to the nanosecond', () => {
    const { tracer, recorder, clock } = testTracer();
    clock.advance(0.000_001);
    const span = tracer.startSpan('get');
    clock.advance(12.345_678);
    span.finish();
    expect(recorder.records[0]).toMatchObject({
      startMicros: 1_700_000_000_000_000,
      startNanos: 1,
      durationNanos: 12_345_678,
    });
  });

  it('of a span does not change when the wall clock is set', () => {
    const { tracer, recorder, clock } = testTracer();
    const span = tracer.startSpan('get');
    clock.setWall(0);
    clock.advance(5);
    span.log({ event: 'e' }).finish();
    expect(recorder.records[0]).toMatchObject({ startMicros: 1_700_000_000_000_000, durationNanos: 5_000_000 });
    expect(recorder.records[0]!.events[0]!.timeMicros).toBe(1_700_000_000_005_000);
  });

  it('of new traces follows the wall clock, of running ones does not', () => {
    const { tracer, recorder, clock } = testTracer();
    const parent = tracer.startSpan('old');
    clock.setWall(1_800_000_000_000);
    clock.advance(1000);
    tracer.startSpan('new').finish();
    tracer.startSpan('child', { childOf: parent }).finish();
    expect(recorder.records.map(({ name, startMicros }) => [name, startMicros])).toEqual([
      ['new', 1_800_000_001_000_000],
      ['child', 1_700_000_001_000_000],
    ]);
  });

  it('of a parent that lives for long is left behind by its children', () => {
    const { tracer, recorder, clock } = testTracer();
    const parent = tracer.startSpan('process');
    clock.setWall(1_800_000_000_000);
    clock.advance(1000);
    tracer.startSpan('notices').finish();
    clock.advance(600_000);
    tracer.startSpan('child', { childOf: parent }).finish();
    expect(recorder.records[1]!.startMicros).toBe(1_800_000_601_000_000);
  });

  it('is not anchored anew for the grain of the wall clock', () => {
    const { tracer, recorder, clock } = testTracer();
    clock.setWall(clock.wallMillis() + 10);
    clock.advance(1000);
    tracer.startSpan('get').finish();
    expect(recorder.records[0]!.startMicros).toBe(1_700_000_001_000_000);
  });

  it('may be given, in fractional milliseconds, to the microsecond', () => {
    const { tracer, recorder } = testTracer();
    tracer.startSpan('get', { startTime: 1_500_000_000_000.123 }).finish(1_500_000_000_001.456);
    expect(recorder.records[0]).toMatchObject({
      startMicros: 1_500_000_000_000_123,
      startNanos: 0,
      durationNanos: 1_333_000,
    });
  });

  it('given at one end only meets the clock at the other', () => {
    const { tracer, recorder, clock } = testTracer();
    const started = tracer.startSpan('a', { startTime: 1_699_999_999_999 });
    const finished = tracer.startSpan('b');
    clock.advance(2);
    started.finish();
    finished.finish(1_700_000_000_001);
    expect(recorder.records.map(({ durationNanos }) => durationNanos)).toEqual([3_000_000, 1_000_000]);
  });

  it.each([
    [Number.NaN, 3],
    [Number.POSITIVE_INFINITY, 3],
    ['12' as never, 3],
    [1n as never, 3],
    [-0.001, 3],
    [-5000, 3],
    [9_007_199_254_740.992, 3],
    [1_700_000_000_000 * 1e6, 3],
    [1e300, 3],
    [null as never, 0],
    [undefined, 0],
  ])('that is none (%s) means now, and is counted unless it is left out', (time, argumentErrors) => {
    const { tracer, recorder, clock } = testTracer();
    const span = tracer.startSpan('get', { startTime: time });
    clock.advance(1);
    span.log({}, time).finish(time);
    expect(recorder.records[0]).toMatchObject({ startMicros: 1_700_000_000_000_000, durationNanos: 1_000_000 });
    expect(recorder.records[0]!.events[0]!.timeMicros).toBe(1_700_000_000_001_000);
    expect(tracer.stats()).toMatchObject({ argumentErrors, finished: 1 });
  });

  it.each([
    [0, 0],
    [0.001, 1],
    [9_007_199_254_740.99, 9_007_199_254_740_990],
  ])('may be any from the epoch to 2^53 µs: %d ms', (millis, micros) => {
    const { tracer, recorder } = testTracer();
    tracer.startSpan('get', { startTime: millis }).log({}, millis).finish(millis);
    const record = recorder.records[0]!;
    expect(record).toMatchObject({ startMicros: micros, startNanos: 0, durationNanos: 0 });
    expect(record.events[0]).toMatchObject({ timeMicros: micros, timeNanos: 0 });
    expect(tracer.stats().argumentErrors).toBe(0);
  });

  it.each([
    ['the millisecond that has begun', 0.9, 0],
    ['a clock that is behind as far as is tolerated', 11, 0],
    ['a clock that is farther behind', 11.001, -11_001_000],
  ])('of the end before the start, by %s', (_, millis, durationNanos) => {
    const { tracer, recorder, clock } = testTracer();
    clock.advance(0.9);
    tracer.startSpan('get').finish(1_700_000_000_000.9 - millis);
    expect(recorder.records[0]!.durationNanos).toBe(durationNanos);
  });

  it.each([
    ['is that of the wall clock', 0, 2_000_000],
    ['is ahead of the wall clock by less than a millisecond', 0.9, 2_000_000],
    ['is ahead as far as is tolerated', 11, 2_000_000],
    ['is farther ahead', 12, -10_000_000],
    ['is some time ago', -5, 7_000_000],
  ])('of a start that %s, has its end by the wall clock', (_, ahead, durationNanos) => {
    const { tracer, recorder, clock } = testTracer();
    const parent = tracer.startSpan('process');
    clock.setWall(1_800_000_000_000);
    const span = tracer.startSpan('get', { childOf: parent, startTime: 1_800_000_000_000 + ahead });
    clock.advance(2);
    span.finish();
    expect(recorder.records[0]).toMatchObject({ startMicros: (1_800_000_000_000 + ahead) * 1000, durationNanos });
  });

  it('that runs backwards gives a negative duration', () => {
    const { tracer, recorder } = testTracer();
    tracer.startSpan('get', { startTime: 2000 }).finish(1000);
    expect(recorder.records[0]!.durationNanos).toBe(-1e9);
  });
});

describe('a finished span', () => {
  it('changes no more, and counts what is tried', () => {
    const { tracer, recorder, clock } = testTracer();
    const span = tracer.startSpan('get', { tags: { a: 1 } });
    span.finish();
    const before = structuredClone(recorder.records[0]!.attributes);
    clock.advance(10);
    span
      .setTag('a', 2)
      .addTags({ b: 3, error: true })
      .log({ event: 'e' })
      .setOperationName('other')
      .setBaggageItem('k', 'v')
      .finish();
    expect(recorder.records).toHaveLength(1);
    expect(recorder.records[0]).toMatchObject({
      name: 'get',
      attributes: before,
      events: [],
      durationNanos: 0,
      status: 0,
    });
    expect(span.getBaggageItem('k')).toBeUndefined();
    expect(tracer.stats()).toMatchObject({ started: 1, open: 0, finished: 1, lateCalls: 6 });
  });

  it('that is not sampled counts what is tried, too', () => {
    const { tracer } = testTracer({ sampler: 0 });
    const span = tracer.startSpan('get').setTag('a', 1).setBaggageItem('k', 'v');
    span.finish();
    expect(tracer.stats().lateCalls).toBe(0);
    span
      .setTag('a', 2)
      .addTags({ b: 3 })
      .log({ event: 'e' })
      .setOperationName('other')
      .setBaggageItem('k', 'w')
      .finish();
    span.logEvent('e', 1);
    expect(tracer.stats()).toMatchObject({ started: 1, unsampled: 1, finished: 0, lateCalls: 7 });
    expect(span.getBaggageItem('k')).toBe('v');
  });

  it.each([0, 1])('in debug mode is reported with the place of its finish, sampling rate %d', (sampler) => {
    const { tracer, logger } = testTracer({ sampler, debug: true });
    const span = tracer.startSpan('get');
    finishHere(span);
    expect(logger.lines).toEqual([]);
    againHere(span);
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]).toContain(span.context().toSpanId());
    expect(logger.lines[0]).toMatch(/againHere[^]*it was finished[^]*finishHere/);
  });

  it('in debug mode is reported ten times a minute', () => {
    const { tracer, logger, clock } = testTracer({ debug: true });
    const span = tracer.startSpan('get');
    span.finish();
    for (let count = 0; count < 12; count++) span.finish();
    expect(logger.lines).toHaveLength(10);
    clock.advance(60_000);
    for (let count = 0; count < 12; count++) span.setTag('a', 1);
    expect(logger.lines).toHaveLength(20);
    expect(tracer.stats().lateCalls).toBe(24);
  });

  it('is only counted without debug mode; a wrong value for it throws', () => {
    const { tracer, logger } = testTracer();
    const span = tracer.startSpan('get');
    finishHere(span);
    againHere(span);
    expect(tracer.stats().lateCalls).toBe(1);
    expect(logger.lines).toEqual([]);
    expect(() => testTracer({ debug: 'yes' as never })).toThrow('createTracer: debug must be true or false');
  });

  function finishHere(span: Span): void {
    span.finish();
  }

  function againHere(span: Span): void {
    span.finish();
  }

  it('still has its context and its tracer', () => {
    const { tracer } = testTracer();
    const span = tracer.startSpan('get');
    span.finish();
    expect(span.context().toSpanId()).toMatch(/^[0-9a-f]{16}$/);
    expect(span.tracer()).toBe(tracer);
  });

  it('holds no reference to its parent', () => {
    const { tracer, recorder } = testTracer();
    const parent = tracer.startSpan('parent').setBaggageItem('k', 'v');
    tracer.startSpan('child', { childOf: parent }).finish();
    const reachable = new Set<unknown>();
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || reachable.has(value)) return;
      reachable.add(value);
      for (const key of Reflect.ownKeys(value)) visit((value as Record<PropertyKey, unknown>)[key]);
    };
    visit(recorder.records[0]);
    expect(reachable.has(parent)).toBe(false);
    expect(reachable.has(parent.context())).toBe(false);
  });

  it('is disposable', () => {
    const { tracer, recorder } = testTracer();
    tracer.startSpan('get')[Symbol.dispose]();
    expect(recorder.records).toHaveLength(1);
  });
});

describe('baggage', () => {
  it('goes to children started afterwards, and not to those before', () => {
    const { tracer } = testTracer();
    const parent = tracer.startSpan('parent');
    const before = tracer.startSpan('before', { childOf: parent });
    parent.setBaggageItem('User', 'a');
    const after = tracer.startSpan('after', { childOf: parent.context() });
    after.setBaggageItem('user', 'b');
    expect([before, parent, after].map((span) => span.getBaggageItem('User'))).toEqual([undefined, 'a', 'a']);
    expect(parent.getBaggageItem('user')).toBeUndefined();
  });

  it('leaves contexts made before as they were', () => {
    const { tracer } = testTracer();
    const span = tracer.startSpan('get');
    const before = span.context();
    span.setBaggageItem('k', 'v');
    expect([before.baggage, span.context().baggage]).toEqual([{}, { k: 'v' }]);
  });

  it('knows no names from Object.prototype', () => {
    const { tracer } = testTracer();
    const span = tracer.startSpan('get');
    expect(span.getBaggageItem('toString')).toBeUndefined();
    expect(span.getBaggageItem(Object.create(null) as string)).toBeUndefined();
    span.setBaggageItem('__proto__', 'x');
    expect(span.getBaggageItem('__proto__')).toBe('x');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('of a tracer with wider limits may change, and shrink, but not grow', () => {
    const { tracer } = testTracer({ limits: { maxBaggageItems: 2, maxBaggageLength: 10 } });
    const carried = testTracer().tracer.extract(FORMAT_TEXT_MAP, { baggage: 'a=1234,b=1234,c=1234' });
    const span = tracer.startSpan('get', { childOf: carried });
    span.setBaggageItem('a', '5678').setBaggageItem('b', '1').setBaggageItem('c', '12345').setBaggageItem('d', '1');
    expect(['a', 'b', 'c', 'd'].map((key) => span.getBaggageItem(key))).toEqual(['5678', '1', '1234', undefined]);
    expect(tracer.stats().droppedBaggageItems).toBe(2);
  });

  it('has limits of items and of length, and counts what does not fit', () => {
    const { tracer } = testTracer({ limits: { maxBaggageItems: 2, maxBaggageLength: 10 } });
    const span = tracer.startSpan('get').setBaggageItem('a', '1').setBaggageItem('b', '2').setBaggageItem('c', '3');
    expect(span.getBaggageItem('c')).toBeUndefined();
    span.setBaggageItem('a', '1234567');
    expect(span.getBaggageItem('a')).toBe('1234567');
    span.setBaggageItem('a', '12345678');
    expect(span.getBaggageItem('a')).toBe('1234567');
    expect(tracer.stats().droppedBaggageItems).toBe(2);
  });
});
