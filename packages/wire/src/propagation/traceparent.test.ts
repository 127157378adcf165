import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { contexts, usedContext } from '../fixtures/trace-context.ts';
import { spanIdHex, traceIdHex } from '../ids.ts';
import { formatSpanId, formatTraceId128, formatTraceparent, parseTraceparent } from './traceparent.ts';

const header = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('traceparent', () => {
  it('comes back as it was sent', () => {
    fc.assert(
      fc.property(contexts, (context) => {
        const target = { ...usedContext(), traceState: '' };
        expect(parseTraceparent(formatTraceparent(context), target)).toBe(true);
        expect(target).toEqual(context);
      }),
    );
  });

  it('is written as the specification has it', () => {
    const context = usedContext();
    expect(parseTraceparent(header, context)).toBe(true);
    expect(context).toEqual({
      traceId0: 0x0af76519,
      traceId1: 0x16cd43dd,
      traceId2: 0x8448eb21 | 0,
      traceId3: 0x1c80319c,
      spanId0: 0xb7ad6b71 | 0,
      spanId1: 0x69203331,
      flags: 1,
      samplingKnown: true,
      debug: false,
      traceState: 'kept=1',
    });
    expect(formatTraceparent(context)).toBe(header);
  });

  it('writes an unsampled context too', () => {
    const context = usedContext();
    parseTraceparent(header.replace(/1$/, '0'), context);
    expect(formatTraceparent(context)).toBe(header.replace(/1$/, '0'));
  });

  it.each([
    ['ff', 3],
    ['fc', 0],
    ['03', 3],
    ['02', 2],
  ])('passes on of flags %s only sampled and random', (flags, kept) => {
    const context = usedContext();
    expect(parseTraceparent(header.replace(/01$/, flags), context)).toBe(true);
    expect(context.flags).toBe(kept);
    expect(formatTraceparent({ ...context, flags: Number.parseInt(flags, 16) })).toBe(
      header.replace(/01$/, `0${kept}`),
    );
  });

  it.each([
    ['version 01', header.replace('00', '01')],
    ['version fe', header.replace('00', 'fe')],
    ['a later version with more fields', `${header.replace('00', '01')}-extra.stuff`],
    ['a later version with an empty field', `${header.replace('00', 'cc')}-`],
  ])('reads %s by its first four fields', (_, text) => {
    const context = usedContext();
    expect(parseTraceparent(text, context)).toBe(true);
    expect(traceIdHex(context)).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(context.flags).toBe(1);
  });

  it.each([
    ['nothing', ''],
    ['version ff', header.replace('00', 'ff')],
    ['version ff with more', `${header.replace('00', 'ff')}-00`],
    ['version 00 with more fields', `${header}-00`],
    ['version 00 with a dash behind', `${header}-`],
    ['a later version with garbage right behind', `${header.replace('00', '01')}x`],
    ['upper case in the trace id', header.replace('0af', '0AF')],
    ['upper case in the span id', header.replace('b7ad', 'B7AD')],
    ['upper case in the flags', header.replace(/01$/, '0A')],
    ['upper case in the version', header.replace('00', 'CC')],
    ['a trace id of zeros', header.replace(/-\w{32}-/, `-${'0'.repeat(32)}-`)],
    ['a span id of zeros', header.replace(/-\w{16}-/, `-${'0'.repeat(16)}-`)],
    ['no hex in the trace id', header.replace('0af', '0ag')],
    ['no hex in the flags', header.replace(/01$/, '0x')],
    ['no hex in the version', header.replace('00', '0x')],
    ['no hex in the span id', header.replace('3331-', '333.-')],
    ['other separators', header.replaceAll('-', '_')],
    ['one character less', header.slice(0, -1)],
    ['one character more', `${header}0`],
    ['no flags', header.slice(0, 52)],
    ['a blank before', ` ${header.slice(0, -1)}`],
    [
      'a digit of another script that ends in the same byte',
      header.replace('1c80', `${String.fromCharCode(0x131)}c80`),
    ],
    ['a letter of two bytes', header.replace('0af', '0\u00e1f')],
    ['a NUL', header.replace('0af', '0\0f')],
    ['a pair of surrogates', header.replace('0af', '0😀')],
    ['a megabyte', header.repeat(20_000)],
  ])('refuses %s and leaves the target alone', (_, text) => {
    const context = usedContext();
    expect(parseTraceparent(text, context)).toBe(false);
    expect(context).toEqual(usedContext());
  });

  it('refuses every change of one character that matters', () => {
    fc.assert(
      fc.property(fc.nat(54), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), (at, character) => {
        const changed = header.slice(0, at) + character + header.slice(at + 1);
        const isValid =
          /^(?!ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(changed) && changed.length === header.length;
        expect(parseTraceparent(changed, usedContext())).toBe(isValid);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('ids as hex', () => {
  it('are the same as those of records', () => {
    fc.assert(
      fc.property(contexts, (context) => {
        expect(formatTraceId128(context)).toBe(traceIdHex(context));
        expect(formatSpanId(context)).toBe(spanIdHex(context));
      }),
    );
  });
});
