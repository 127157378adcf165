import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { contexts, usedContext } from '../fixtures/trace-context.ts';
import { spanIdHex, traceIdHex } from '../ids.ts';
import { type DatadogHeaders, formatDatadog, parseDatadog } from './datadog.ts';
import { normalizeTraceState } from './trace-state.ts';

const headers: DatadogHeaders = {
  traceId: '7277407061855694839',
  parentId: '16453819474850114513',
  samplingPriority: '1',
  origin: undefined,
  tags: undefined,
};
const trace64 = '64fe8b2a57d3eff7';
const span = 'e457b5a2e4d86bd1';

const deferred = { flags: 0, samplingKnown: false, debug: false };
const denied = { flags: 0, samplingKnown: true, debug: false };
const accepted = { flags: 1, samplingKnown: true, debug: false };

describe('x-datadog-…', () => {
  it('comes back as it was sent', () => {
    const states = fc.constantFrom('', 'dd=o:rum', 'dd=o:synthetics-browser;t.dm:-4;t.usr.id:abc~', 'dd=t.a:b');
    fc.assert(
      fc.property(contexts, fc.constantFrom(deferred, denied, accepted), states, (ids, state, traceState) => {
        const context = { ...ids, ...state, traceState };
        const target = usedContext();
        expect(parseDatadog(formatDatadog(context), target)).toBe(true);
        expect(target).toEqual(context);
      }),
    );
  });

  it('never throws, and leaves the target alone when it refuses', () => {
    const text = fc.option(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('1', '-1', '123', '_dd.p.tid=1,_dd.p.a=b')),
      { nil: undefined },
    );
    const given = fc.record({ traceId: text, parentId: text, samplingPriority: text, origin: text, tags: text });
    fc.assert(
      fc.property(given, (parts) => {
        const target = usedContext();
        if (!parseDatadog(parts, target)) expect(target).toEqual(usedContext());
        // What is kept must survive as a `tracestate`, and come back the same.
        else {
          expect(normalizeTraceState(target.traceState)).toBe(target.traceState);
          const again = usedContext();
          expect(parseDatadog(formatDatadog(target), again)).toBe(true);
          expect(again).toEqual(target);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['2', accepted, 'dd=s:2'],
    ['1', accepted, ''],
    ['0', denied, ''],
    ['-1', denied, 'dd=s:-1'],
    ['3', accepted, 'dd=s:3'],
    ['-99', denied, 'dd=s:-99'],
    [undefined, deferred, ''],
  ])('has priority %s', (samplingPriority, state, traceState) => {
    const context = usedContext();
    expect(parseDatadog({ ...headers, samplingPriority }, context)).toBe(true);
    expect(context).toMatchObject({ ...state, traceState });
    expect([traceIdHex(context), spanIdHex(context)]).toEqual([trace64.padStart(32, '0'), span]);
    expect(formatDatadog(context)).toEqual({ ...headers, samplingPriority });
  });

  it('has the upper half of the trace id, the origin and tags beside it', () => {
    const given = {
      ...headers,
      origin: 'rum',
      tags: '_dd.p.tid=80f198ee56343ba8,_dd.p.dm=-4,_dd.p.usr.id=baz64==,other=1',
    };
    const context = usedContext();
    expect(parseDatadog(given, context)).toBe(true);
    expect(traceIdHex(context)).toBe(`80f198ee56343ba8${trace64}`);
    expect(context.traceState).toBe('dd=o:rum;t.dm:-4;t.usr.id:baz64~~');
    expect(formatDatadog(context)).toEqual({ ...given, tags: given.tags.replace(',other=1', '') });
  });

  it.each([
    ['the decision of others', { flags: 0, traceState: 'dd=s:2' }, '0'],
    ['the decision of others', { flags: 1, traceState: 'dd=s:-1' }, '1'],
    ['debug', { flags: 1, debug: true, traceState: '' }, '2'],
    ['debug, and a received priority', { flags: 1, debug: true, traceState: 'dd=s:1' }, '2'],
    ['debug, and a higher priority', { flags: 1, debug: true, traceState: 'dd=s:3' }, '3'],
    ['a tracestate of others', { flags: 1, traceState: 'a=dd, dd=s:2;x;:;o:,b=1' }, '2'],
    ['a priority that is none', { flags: 1, traceState: 'dd=s:much' }, '1'],
  ])('heeds %s (%#)', (_, state, priority) => {
    const context = { ...usedContext(), samplingKnown: true, debug: false, ...state };
    expect(formatDatadog(context).samplingPriority).toBe(priority);
  });

  it('escapes what tracestate has another use for, as Datadog does', () => {
    const context = usedContext();
    parseDatadog({ ...headers, origin: 'a,b;c~d=e\u00e4 ', tags: '_dd.p.x:;y= v;w ,_dd.p.=1,_dd.p.z=' }, context);
    expect(context.traceState).toBe('dd=o:a_b_c_d~e_;t.x__y:v_w');
  });

  it('keeps ids at the ends of their range', () => {
    const context = usedContext();
    expect(parseDatadog({ ...headers, traceId: '18446744073709551615', parentId: '1' }, context)).toBe(true);
    expect(context).toMatchObject({ traceId2: -1, traceId3: -1, spanId0: 0, spanId1: 1 });
    expect(parseDatadog({ ...headers, traceId: '9223372036854775808', parentId: '4294967296' }, context)).toBe(true);
    expect(context).toMatchObject({ traceId2: -(2 ** 31), traceId3: 0, spanId0: 1, spanId1: 0 });
    expect(formatDatadog(context)).toMatchObject({ traceId: '9223372036854775808', parentId: '4294967296' });
  });

  it.each([
    '_dd.p.tid=80f198ee56343ba',
    '_dd.p.tid=080f198ee56343ba8',
    '_dd.p.tid=x0f198ee56343ba8',
    '_dd.p.tid=',
    ',',
  ])('takes an upper half that is none for zero: %s', (tags) => {
    const context = usedContext();
    expect(parseDatadog({ ...headers, tags }, context)).toBe(true);
    expect(traceIdHex(context)).toBe(trace64.padStart(32, '0'));
    expect(context.traceState).toBe('');
  });

  it('takes no tags of more than 512 characters', () => {
    const tags = (length: number): string => `_dd.p.tid=80f198ee56343ba8,_dd.p.a=`.padEnd(length, 'x');
    const context = usedContext();
    parseDatadog({ ...headers, tags: tags(512) }, context);
    expect(traceIdHex(context)).toBe(`80f198ee56343ba8${trace64}`);
    parseDatadog({ ...headers, tags: tags(513) }, context);
    expect(traceIdHex(context)).toBe(trace64.padStart(32, '0'));
  });

  it('writes no tags of more than 512 characters', () => {
    const state = (length: number): string => `dd=t.a:${'x'.repeat(length - '_dd.p.a='.length)};t.b:1`;
    const context = { ...usedContext(), traceId0: 0, traceId1: 0 };
    expect(formatDatadog({ ...context, traceState: state(502) }).tags).toHaveLength(512);
    expect(formatDatadog({ ...context, traceState: state(503) }).tags).toHaveLength(503);
    expect(formatDatadog({ ...context, traceState: state(512) }).tags).toHaveLength(512);
    expect(formatDatadog({ ...context, traceState: state(513) }).tags).toBe('_dd.p.b=1');
  });

  it('keeps no member of more than 256 characters, and leaves out what does not fit', () => {
    const context = usedContext();
    parseDatadog({ ...headers, origin: 'x'.repeat(254), tags: '_dd.p.dm=-4' }, context);
    expect(context.traceState).toBe(`dd=o:${'x'.repeat(254)}`);
    expect(normalizeTraceState(context.traceState)).toBe(context.traceState);
    parseDatadog({ ...headers, origin: 'x'.repeat(255), tags: '_dd.p.dm=-4' }, context);
    expect(context.traceState).toBe('dd=t.dm:-4');
  });

  it.each(['0', '00'])('reads the parent id %s as a trace without a span', (parentId) => {
    const context = usedContext();
    expect(parseDatadog({ ...headers, parentId, origin: 'synthetics' }, context)).toBe(true);
    expect([traceIdHex(context), spanIdHex(context)]).toEqual([expect.stringMatching(/[1-9a-f]/), '0'.repeat(16)]);
    expect(formatDatadog(context)).toMatchObject({ traceId: headers.traceId, parentId: '0', origin: 'synthetics' });
  });

  it.each<[string, Partial<DatadogHeaders>]>([
    ['no trace id', { traceId: undefined }],
    ['no parent id', { parentId: undefined }],
    ['an empty trace id', { traceId: '' }],
    ['an empty parent id', { parentId: '' }],
    ['a trace id of zero', { traceId: '0' }],
    ['a trace id of zero beside an upper half', { traceId: '0', tags: '_dd.p.tid=80f198ee56343ba8' }],
    ['a trace id of 65 bits', { traceId: '18446744073709551616' }],
    ['a parent id of 65 bits', { parentId: '18446744073709551616' }],
    ['a trace id of 21 digits', { traceId: '000000000000000000001' }],
    ['a sign', { traceId: '-1' }],
    ['a plus', { parentId: '+1' }],
    ['hex', { traceId: '64fe8b2a57d3eff7' }],
    ['a fraction', { parentId: '1.5' }],
    ['an exponent', { parentId: '1e3' }],
    ['white space', { traceId: ' 1' }],
    ['digits of another script', { traceId: '\u0661' }],
    ['two headers', { traceId: '1,1' }],
    ['a megabyte', { traceId: '1'.repeat(1_000_000) }],
    ['an empty priority', { samplingPriority: '' }],
    ['a priority in words', { samplingPriority: 'true' }],
    ['a priority of three digits', { samplingPriority: '100' }],
    ['a fraction for a priority', { samplingPriority: '1.0' }],
    ['a plus before the priority', { samplingPriority: '+1' }],
    ['two priorities', { samplingPriority: '1,1' }],
  ])('refuses %s and leaves the target alone', (_, part) => {
    const context = usedContext();
    expect(parseDatadog({ ...headers, ...part }, context)).toBe(false);
    expect(context).toEqual(usedContext());
  });
});
