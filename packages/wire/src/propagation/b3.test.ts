import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { contexts, usedContext } from '../fixtures/trace-context.ts';
import { spanIdHex, traceIdHex } from '../ids.ts';
import { formatB3Single, parseB3Multi, parseB3Single } from './b3.ts';

const trace128 = '80f198ee56343ba864fe8b2a57d3eff7';
const trace64 = '64fe8b2a57d3eff7';
const span = 'e457b5a2e4d86bd1';
const parent = '05e3ac9a4f6e3b90';

const deferred = { flags: 0, samplingKnown: false, debug: false };
const denied = { flags: 0, samplingKnown: true, debug: false };
const accepted = { flags: 1, samplingKnown: true, debug: false };
const debug = { flags: 1, samplingKnown: true, debug: true };
const noIds = { traceId0: 0, traceId1: 0, traceId2: 0, traceId3: 0, spanId0: 0, spanId1: 0 };

describe('b3 in one header', () => {
  it('comes back as it was sent', () => {
    const states = fc.constantFrom(deferred, denied, accepted, debug);
    fc.assert(
      fc.property(contexts, states, (ids, state) => {
        const context = { ...ids, ...state };
        const target = { ...usedContext(), traceState: '' };
        expect(parseB3Single(formatB3Single(context), target)).toBe(true);
        expect(target).toEqual(context);
      }),
    );
  });

  it.each([
    [`${trace128}-${span}`, deferred],
    [`${trace128}-${span}-1`, accepted],
    [`${trace128}-${span}-0`, denied],
    [`${trace128}-${span}-d`, debug],
    [`${trace64}-${span}`, deferred],
    [`${trace64}-${span}-d`, debug],
  ])('%s is read and written back', (header, state) => {
    const context = usedContext();
    expect(parseB3Single(header, context)).toBe(true);
    expect(context).toMatchObject({ ...state, traceState: 'kept=1' });
    expect(traceIdHex(context)).toBe(header.startsWith('8') ? trace128 : trace64.padStart(32, '0'));
    expect(spanIdHex(context)).toBe(span);
    expect(formatB3Single(context)).toBe(header);
  });

  it.each([
    [`${trace128}-${span}-1-${parent}`, accepted],
    [`${trace64}-${span}-0-${parent}`, denied],
    [`${trace128}-${span}-${parent}`, deferred],
    [`${trace64}-${span}-${parent}`, deferred],
    [`${trace128}-${span}-1-${'0'.repeat(16)}`, accepted],
  ])('%s is read without its parent', (header, state) => {
    const context = usedContext();
    expect(parseB3Single(header, context)).toBe(true);
    expect(context).toMatchObject(state);
    expect(spanIdHex(context)).toBe(span);
  });

  it.each([
    ['0', denied],
    ['1', accepted],
    ['d', debug],
  ])('%s alone is a decision without ids', (header, state) => {
    const context = usedContext();
    expect(parseB3Single(header, context)).toBe(true);
    expect(context).toEqual({ ...noIds, ...state, traceState: 'kept=1' });
  });

  it('writes a long id whose high half is zero with 16 digits', () => {
    const context = usedContext();
    parseB3Single(`${'0'.repeat(16)}${trace64}-${span}-1`, context);
    expect(formatB3Single(context)).toBe(`${trace64}-${span}-1`);
  });

  it.each([
    ['nothing', ''],
    ['another letter', 'x'],
    ['an upper-case D', 'D'],
    ['a trace id only', trace128],
    ['a trace id and a dash', `${trace128}-`],
    ['no trace id', `-${span}`],
    ['a span id of 15 digits', `${trace128}-${span.slice(1)}`],
    ['a span id of 15 digits with a state', `${trace128}-${span.slice(1)}-1`],
    ['a trace id of 15 digits', `${trace64.slice(1)}-${span}-1`],
    ['a trace id of 17 digits', `0${trace64}-${span}-1`],
    ['a trace id of 31 digits', `${trace128.slice(1)}-${span}-1`],
    ['a trace id of 33 digits', `0${trace128}-${span}-1`],
    ['a dash behind the span id', `${trace128}-${span}-`],
    ['an unknown state', `${trace128}-${span}-2`],
    ['a state in words', `${trace128}-${span}-true`],
    ['a dash behind the state', `${trace128}-${span}-1-`],
    ['a parent of 15 digits', `${trace128}-${span}-1-${parent.slice(1)}`],
    ['a parent of 17 digits', `${trace128}-${span}-1-${parent}0`],
    ['a parent that is no hex', `${trace128}-${span}-1-${parent.replace('5', 'x')}`],
    ['a parent only, no hex', `${trace128}-${span}-${parent.replace('5', 'x')}`],
    ['more behind the parent', `${trace128}-${span}-1-${parent}-`],
    ['upper case in the trace id', `${trace128.toUpperCase()}-${span}-1`],
    ['upper case in the span id', `${trace128}-${span.toUpperCase()}-1`],
    ['a trace id of zeros', `${'0'.repeat(32)}-${span}-1`],
    ['a short trace id of zeros', `${'0'.repeat(16)}-${span}-1`],
    ['a span id of zeros', `${trace128}-${'0'.repeat(16)}-1`],
    ['other separators', `${trace128}_${span}_1`],
    ['a letter of two bytes', `${trace128.replace('8', '\u0138')}-${span}-1`],
    ['a digit that ends in the same byte', `${trace128}-${span}-${String.fromCharCode(0x131)}`],
    ['a megabyte', `${trace128}-${span}-1`.repeat(20_000)],
  ])('refuses %s and leaves the target alone', (_, header) => {
    parseB3Single(`${trace128}-${span}-1-${parent}`, usedContext());
    const context = usedContext();
    expect(parseB3Single(header, context)).toBe(false);
    expect(context).toEqual(usedContext());
  });
});

describe('b3 in several headers', () => {
  it.each([
    [trace128, span, undefined, undefined, deferred],
    [trace128, span, '1', undefined, accepted],
    [trace128, span, '0', undefined, denied],
    [trace64, span, 'true', undefined, accepted],
    [trace64, span, 'FALSE', undefined, denied],
    [trace64, span, undefined, '1', debug],
    [trace64, span, '0', '1', debug],
    [trace64, span, 'nonsense', '1', debug],
    [trace64, span, '1', '0', accepted],
    [trace64, span, undefined, 'x', deferred],
  ])('reads %s, %s, sampled %s, flags %s', (traceId, spanId, sampled, flags, state) => {
    const context = usedContext();
    expect(parseB3Multi(traceId, spanId, sampled, flags, context)).toBe(true);
    expect(context).toMatchObject({ ...state, traceState: 'kept=1' });
    expect(traceIdHex(context)).toBe(traceId.padStart(32, '0'));
    expect(spanIdHex(context)).toBe(spanId);
  });

  it.each([
    ['0', undefined, denied],
    ['1', undefined, accepted],
    [undefined, '1', debug],
  ])('reads a decision without ids: sampled %s, flags %s', (sampled, flags, state) => {
    const context = usedContext();
    expect(parseB3Multi(undefined, undefined, sampled, flags, context)).toBe(true);
    expect(context).toEqual({ ...noIds, ...state, traceState: 'kept=1' });
  });

  it.each([
    ['a', 'b'],
    ['1'.repeat(15), '2'.repeat(15)],
    ['1'.repeat(17), span],
    ['1'.repeat(31), span],
  ])('pads ids %s and %s with zeros', (traceId, spanId) => {
    const context = usedContext();
    expect(parseB3Multi(traceId, spanId, '1', undefined, context)).toBe(true);
    expect(traceIdHex(context)).toBe(traceId.padStart(32, '0'));
    expect(spanIdHex(context)).toBe(spanId.padStart(16, '0'));
  });

  it.each([
    ['nothing at all', undefined, undefined, undefined, undefined],
    ['flags without meaning alone', undefined, undefined, undefined, '0'],
    ['a trace id without span id', trace128, undefined, '1', undefined],
    ['a span id without trace id', undefined, span, '1', undefined],
    ['an empty trace id', '', span, '1', undefined],
    ['an empty span id', trace128, '', '1', undefined],
    ['an unknown decision', trace128, span, '2', undefined],
    ['an empty decision', trace128, span, '', undefined],
    ['a letter for debug, which only one header knows', trace128, span, 'd', undefined],
    ['a trace id of 33 digits', `0${trace128}`, span, '1', undefined],
    ['a span id of 17 digits', trace128, `0${span}`, '1', undefined],
    ['upper case', trace128.toUpperCase(), span, '1', undefined],
    ['a trace id of zeros', '0'.repeat(32), span, '1', undefined],
    ['a short trace id of zeros', '0', span, '1', undefined],
    ['a span id of zeros', trace128, '0', '1', undefined],
    ['no hex', trace128.replace('8', 'x'), span, '1', undefined],
    ['no hex in the span id', trace128, span.replace('4', '-'), '1', undefined],
    ['letters of two bytes', trace128, span.replace('4', '\u0134'), '1', undefined],
    ['a megabyte', trace128.repeat(30_000), span, '1', undefined],
    ['a decision of a megabyte', trace128, span, '1'.repeat(1_000_000), undefined],
  ])('refuses %s and leaves the target alone', (_, traceId, spanId, sampled, flags) => {
    const context = usedContext();
    expect(parseB3Multi(traceId, spanId, sampled, flags, context)).toBe(false);
    expect(context).toEqual(usedContext());
  });
});
