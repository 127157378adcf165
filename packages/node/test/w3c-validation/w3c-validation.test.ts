// One test for each case of W3C's validation suite of Trace Context, under its names (github.com/w3c/trace-context, test/test.py,
// as of June 2026). Its STRICT_LEVEL 1 leaves out what the groups "STRICT_LEVEL 2" have, its SPEC_LEVEL 1 the last group.
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Application, build } from '../../src/fixtures/run.ts';
import { Sink } from '../../src/fixtures/sink.ts';
import { Harness, type HeaderLine } from './harness.ts';
import { contextOf, type ReceivedContext } from './received-context.ts';

const traceId = '12345678901234567890123456789012';
const parentId = '1234567890123456';
const sampled = `00-${traceId}-${parentId}-01`;
const unsampled = `00-${traceId}-${parentId}-00`;

let sink: Sink;
let application: Application;
let harness: Harness;
let origin: string;

beforeAll(async () => {
  build();
  sink = await Sink.start();
  harness = await Harness.start();
  const service = fileURLToPath(new URL('service.mjs', import.meta.url));
  application = new Application(service, { SPANWISE_OTLP_ENDPOINT: sink.url });
  origin = `http://127.0.0.1:${await application.firstLine()}`;
}, 120_000);

afterAll(async () => {
  application.process.kill('SIGTERM');
  await application.ended();
  await harness.close();
  await sink.close();
});

describe.each([
  ['node:http', '/test'],
  ['fetch', '/test/fetch'],
])('a service that calls by %s', (_, path) => {
  async function contextsAfter(calls: number, lines: readonly HeaderLine[]): Promise<ReceivedContext[]> {
    return (await harness.send(origin + path, lines, calls)).map(contextOf);
  }

  /** What one call carried after a request with these lines. */
  async function contextAfter(...lines: HeaderLine[]): Promise<ReceivedContext> {
    const [context] = await contextsAfter(1, lines);
    return context!;
  }

  /** After a request with a `traceparent` like this. */
  function afterTraceparent(value: string, name = 'traceparent'): Promise<ReceivedContext> {
    return contextAfter([name, value]);
  }

  /** After an unsampled request with a `tracestate` line for each value. */
  function afterTraceState(...values: string[]): Promise<ReceivedContext> {
    return contextAfter(['traceparent', unsampled], ...values.map((value): HeaderLine => ['tracestate', value]));
  }

  async function expectContinued(...values: string[]): Promise<void> {
    for (const value of values) expectOurs(await afterTraceparent(value), value);
  }

  async function expectNewTrace(...values: string[]): Promise<void> {
    for (const value of values) expectOther(await afterTraceparent(value), value);
  }

  describe('TraceContextTest', () => {
    test('test_both_traceparent_and_tracestate_missing', async () => {
      await contextAfter();
    });

    test('test_traceparent_included_tracestate_missing', async () => {
      const context = await afterTraceparent(sampled);
      expectOurs(context);
      expect(context.parentId).not.toBe(parentId);
    });

    test('test_traceparent_duplicated', async () => {
      const other = sampled.replace(traceId, `${traceId.slice(0, -1)}1`);
      expectOther(await contextAfter(['traceparent', other], ['traceparent', sampled]));
    });

    test('test_traceparent_header_name', async () => {
      expectOther(await afterTraceparent(sampled, 'trace-parent'));
      expectOther(await afterTraceparent(sampled, 'trace.parent'));
    });

    test('test_traceparent_header_name_valid_casing', async () => {
      expectOurs(await afterTraceparent(sampled, 'TraceParent'));
      expectOurs(await afterTraceparent(sampled, 'TrAcEpArEnT'));
      expectOurs(await afterTraceparent(sampled, 'TRACEPARENT'));
    });

    test('test_traceparent_version_0x00', async () => {
      await expectNewTrace(`${sampled}.`, `${sampled}-what-the-future-will-be-like`);
    });

    test('test_traceparent_version_0xcc', async () => {
      const future = `cc-${traceId}-${parentId}-01`;
      await expectContinued(future, `${future}-what-the-future-will-be-like`);
      await expectNewTrace(`${future}.what-the-future-will-be-like`);
    });

    test('test_traceparent_version_0xff', async () => {
      await expectNewTrace(`ff-${traceId}-${parentId}-01`);
    });

    test('test_traceparent_version_illegal_characters', async () => {
      await expectNewTrace(`.0-${traceId}-${parentId}-01`, `0.-${traceId}-${parentId}-01`);
    });

    test('test_traceparent_version_too_long', async () => {
      await expectNewTrace(`000-${traceId}-${parentId}-01`, `0000-${traceId}-${parentId}-01`);
    });

    test('test_traceparent_version_too_short', async () => {
      await expectNewTrace(`0-${traceId}-${parentId}-01`);
    });

    test('test_traceparent_trace_id_all_zero', async () => {
      await expectNewTrace(`00-${'0'.repeat(32)}-${parentId}-01`);
    });

    test('test_traceparent_trace_id_illegal_characters', async () => {
      await expectNewTrace(`00-.${traceId.slice(1)}-${parentId}-01`, `00-${traceId.slice(0, -1)}.-${parentId}-01`);
    });

    test('test_traceparent_trace_id_too_long', async () => {
      await expectNewTrace(`00-${traceId}3-${parentId}-01`);
    });

    test('test_traceparent_trace_id_too_short', async () => {
      await expectNewTrace(`00-${traceId.slice(0, -1)}-${parentId}-01`);
    });

    test('test_traceparent_parent_id_all_zero', async () => {
      await expectNewTrace(`00-${traceId}-${'0'.repeat(16)}-01`);
    });

    test('test_traceparent_parent_id_illegal_characters', async () => {
      await expectNewTrace(`00-${traceId}-.${parentId.slice(1)}-01`, `00-${traceId}-${parentId.slice(0, -1)}.-01`);
    });

    test('test_traceparent_parent_id_too_long', async () => {
      await expectNewTrace(`00-${traceId}-${parentId}7-01`);
    });

    test('test_traceparent_parent_id_too_short', async () => {
      await expectNewTrace(`00-${traceId}-${parentId.slice(0, -1)}-01`);
    });

    test('test_traceparent_trace_flags_illegal_characters', async () => {
      await expectNewTrace(`00-${traceId}-${parentId}-.0`, `00-${traceId}-${parentId}-0.`);
    });

    test('test_traceparent_trace_flags_too_long', async () => {
      await expectNewTrace(`00-${traceId}-${parentId}-001`);
    });

    test('test_traceparent_trace_flags_too_short', async () => {
      await expectNewTrace(`00-${traceId}-${parentId}-1`);
    });

    test('test_traceparent_ows_handling', async () => {
      await expectContinued(` ${sampled}`, `\t${sampled}`, `${sampled} `, `${sampled}\t`, `\t ${sampled} \t`);
    });

    test('test_tracestate_included_traceparent_missing', async () => {
      const one = await contextAfter(['tracestate', 'foo=1']);
      const two = await contextAfter(['tracestate', 'foo=1,bar=2']);
      expect(one.state.size).toBe(two.state.size);
    });

    test('test_tracestate_included_traceparent_included', async () => {
      const context = await afterTraceState('foo=1,bar=2');
      expectOurs(context);
      expectMembers(context, { foo: '1', bar: '2' });
    });

    test('test_tracestate_header_name', async () => {
      for (const name of ['trace-state', 'trace.state']) {
        const context = await contextAfter(['traceparent', unsampled], [name, 'foo=1']);
        expectNone(context, 'foo');
      }
    });

    test('test_tracestate_header_name_valid_casing', async () => {
      for (const name of ['TraceState', 'TrAcEsTaTe', 'TRACESTATE']) {
        const context = await contextAfter(['traceparent', unsampled], [name, 'foo=1']);
        expectMembers(context, { foo: '1' });
      }
    });

    test('test_tracestate_empty_header', async () => {
      expectOurs(await afterTraceState(''));
      for (const values of [
        ['foo=1', ''],
        ['', 'foo=1'],
      ]) {
        const context = await afterTraceState(...values);
        expectOurs(context);
        expectMembers(context, { foo: '1' });
      }
    });

    test('test_tracestate_multiple_headers_different_keys', async () => {
      const context = await afterTraceState('foo=1,bar=2', 'rojo=1,congo=2', 'baz=3');
      expectOurs(context);
      const sent = { foo: '1', bar: '2', rojo: '1', congo: '2', baz: '3' };
      expectMembers(context, sent);
      expect([...context.state.keys()].filter((key) => key in sent)).toEqual(Object.keys(sent));
    });

    test('test_tracestate_all_allowed_characters', async () => {
      const key = 'abcdefghijklmnopqrstuvwxyz0123456789_-*/';
      const printable = Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCharCode(0x20 + index));
      const value = printable.filter((character) => character !== ',' && character !== '=').join('');
      for (const allowed of [key, `${key}@a-z0-9_-*/`]) {
        expectMembers(await afterTraceState(`${allowed}=${value}`), { [allowed]: value });
      }
    });

    test('test_tracestate_ows_handling', async () => {
      for (const value of ['foo=1 \t , \t bar=2, \t baz=3', 'foo=1\t \t,\t \tbar=2,\t \tbaz=3']) {
        expectMembers(await afterTraceState(value), { foo: '1', bar: '2', baz: '3' });
      }
      for (const value of [' foo=1', '\tfoo=1', 'foo=1 ', 'foo=1\t', '\t foo=1 \t']) {
        const context = await afterTraceState(value);
        expectOurs(context);
        expectMembers(context, { foo: '1' });
      }
    });
  });

  describe('TraceContextTest, STRICT_LEVEL 2', () => {
    test('test_tracestate_duplicated_keys', async () => {
      for (const [values, kept] of [
        [['foo=1,foo=1'], /^1$/],
        [['foo=1,foo=2'], /^[12]$/],
        [['foo=1', 'foo=1'], /^1$/],
        [['foo=1', 'foo=2'], /^[12]$/],
      ] as const) {
        const context = await afterTraceState(...values);
        expectOurs(context);
        expect(context.state.get('foo')).toMatch(kept);
      }
    });

    test('test_tracestate_key_illegal_characters', async () => {
      for (const key of ['foo ', 'FOO', 'foo.bar']) expectNone(await afterTraceState(`${key}=1`), key);
    });

    test('test_tracestate_key_illegal_vendor_format', async () => {
      for (const key of ['foo@', 'foo@@bar', 'foo@bar@baz']) {
        expectMembers(await afterTraceState(`${key}=1,bar=2`), { [key]: '1', bar: '2' });
      }
      expectNone(await afterTraceState('@foo=1,bar=2'), 'bar');
    });

    test('test_tracestate_member_count_limit', async () => {
      const members = Array.from({ length: 33 }, (_, index) => {
        const number = String(index + 1).padStart(2, '0');
        return `bar${number}=${number}`;
      });
      const lines = (count: number): string[] =>
        [0, 10, 20, 30].map((first) => members.slice(first, Math.min(first + 10, count)).join(','));
      const most = await afterTraceState(...lines(32));
      expectMembers(most, { bar01: '01' });
      expect(most.state.size).toBe(32);
      expectNone(await afterTraceState(...lines(33)), 'bar01');
    });

    test('test_tracestate_key_length_limit', async () => {
      const at = ['t'.repeat(241) + '@' + 'v'.repeat(14), `${'t'.repeat(242)}@v`, `t@${'v'.repeat(15)}`];
      for (const key of ['z'.repeat(256), ...at]) {
        expectMembers(await afterTraceState('foo=1', `${key}=1`), { foo: '1', [key]: '1' });
      }
      expectNone(await afterTraceState('foo=1', `${'z'.repeat(257)}=1`), 'foo');
    });

    test('test_tracestate_value_illegal_characters', async () => {
      expectNone(await afterTraceState('foo=bar=baz'), 'foo');
      expectNone(await afterTraceState('foo=,bar=3'), 'foo', 'bar');
    });
  });

  describe('AdvancedTest', () => {
    test('test_multiple_requests_with_valid_traceparent', async () => {
      const contexts = await contextsAfter(3, [['traceparent', sampled]]);
      for (const context of contexts) expectOurs(context);
      expectThreeSpans(contexts);
    });

    test('test_multiple_requests_without_traceparent', async () => {
      expectThreeSpans(await contextsAfter(3, []));
    });

    test('test_multiple_requests_with_illegal_traceparent', async () => {
      const contexts = await contextsAfter(3, [['traceparent', `00-${'0'.repeat(32)}-${parentId}-01`]]);
      for (const context of contexts) expectOther(context);
      expectThreeSpans(contexts);
    });
  });

  describe('TraceContext2Test, SPEC_LEVEL 2', () => {
    test('test_propagates_random_flag', async () => {
      const context = await afterTraceparent(`00-${traceId}-${parentId}-02`);
      expectOurs(context);
      expect(context.parentId).not.toBe(parentId);
      expect(context.flags & 2).toBe(2);
    });
  });
});

function expectOurs(context: ReceivedContext, sent?: string): void {
  expect(context.traceId, sent).toBe(traceId);
}

/** Neither the id that was sent nor what could be made of it by a shift, by cutting or by padding; zeros are no context. */
function expectOther(context: ReceivedContext, sent?: string): void {
  expect(context.traceId, sent).not.toContain(traceId.slice(1, 30));
}

function expectMembers({ state }: ReceivedContext, members: Readonly<Record<string, string>>): void {
  expect(Object.fromEntries(state)).toMatchObject(members);
}

function expectNone({ state }: ReceivedContext, ...keys: string[]): void {
  for (const key of keys) expect([...state.keys()]).not.toContain(key);
}

function expectThreeSpans(contexts: readonly ReceivedContext[]): void {
  expect(new Set(contexts.map((context) => context.parentId)).size).toBe(3);
}
