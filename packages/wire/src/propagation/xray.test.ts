import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { contexts, usedContext } from '../fixtures/trace-context.ts';
import { spanIdHex, traceIdHex } from '../ids.ts';
import { formatXray, parseXray } from './xray.ts';

const root = 'Root=1-5759e988-bd862e3fe1be46a994272793';
const parent = 'Parent=53995c3f42cd8ad8';
const traceId = '5759e988bd862e3fe1be46a994272793';
const spanId = '53995c3f42cd8ad8';

const deferred = { flags: 0, samplingKnown: false, debug: false };
const denied = { flags: 0, samplingKnown: true, debug: false };
const accepted = { flags: 1, samplingKnown: true, debug: false };
const noIds = { traceId0: 0, traceId1: 0, traceId2: 0, traceId3: 0, spanId0: 0, spanId1: 0 };

it('comes back as it was sent', () => {
  fc.assert(
    fc.property(contexts, fc.constantFrom(deferred, denied, accepted), (ids, state) => {
      const context = { ...ids, ...state };
      const target = { ...usedContext(), traceState: '' };
      expect(parseXray(formatXray(context), target)).toBe(true);
      expect(target).toEqual(context);
    }),
  );
});

it('never throws, and leaves the target alone unless it finds something', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(root, parent, 'Sampled=1', 'Sampled=0', 'Sampled=?', 'Self=1', 'Root=', '='),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const target = usedContext();
      if (parseXray(parts.join(';'), target) !== true) expect(target).toEqual(usedContext());
    }),
    { numRuns: 1000 },
  );
});

describe('is read from', () => {
  it.each([
    [`${root};${parent};Sampled=1`, accepted],
    [`${root};${parent};Sampled=0`, denied],
    [`${root};${parent};Sampled=?`, deferred],
    [`${root};${parent}`, deferred],
    [`Sampled=1;${parent};${root}`, accepted],
    [`${parent};Sampled=0;${root}`, denied],
    [`Self=1-67891234-12456789abcdef012345678;${root};${parent};Sampled=1`, accepted],
    [`${root};${parent};Sampled=1;Lineage=1:a87bd80c:0|68fd508a:5`, accepted],
    [`${root};${parent};Sampled=1;Lineage=a=b;Lineage=c`, accepted],
    [`${root}; ${parent} ; Sampled = 1 `, accepted],
    [`${root.toUpperCase().replace('ROOT', 'Root')};${parent};Sampled=1`, accepted],
    [`${root};${parent};Sampled=1;sampled=x;root=y`, accepted],
  ])('%s', (header, state) => {
    const context = usedContext();
    expect(parseXray(header, context)).toBe(true);
    expect(context).toMatchObject({ ...state, traceState: 'kept=1' });
    expect(traceIdHex(context)).toBe(traceId);
    expect(spanIdHex(context)).toBe(spanId);
  });

  it.each([
    ['Sampled=1', accepted],
    ['Sampled=0', denied],
  ])('%s as a decision without ids', (header, state) => {
    const context = usedContext();
    expect(parseXray(header, context)).toBe(true);
    expect(context).toEqual({ ...noIds, ...state, traceState: 'kept=1' });
  });

  it.each([
    [root, deferred],
    [`${root};Sampled=1`, accepted],
    [`Self=1;${root};Sampled=0`, denied],
  ])('%s as a trace without a span', (header, state) => {
    const context = usedContext();
    expect(parseXray(header, context)).toBe(true);
    expect(context).toMatchObject({ spanId0: 0, spanId1: 0, ...state, traceState: 'kept=1' });
    expect(traceIdHex(context)).toBe(traceId);
    expect(formatXray(context)).toBe(header.replace('Self=1;', ''));
  });

  it.each(['Self=1-67891234-12456789abcdef012345678', 'Self=1', 'Self=1;Sampled=?', 'Sampled=?', 'a='])(
    '%s as nothing of use',
    (header) => {
      const context = usedContext();
      expect(parseXray(header, context)).toBeUndefined();
      expect(context).toEqual(usedContext());
    },
  );
});

it('is written as AWS does', () => {
  const context = usedContext();
  parseXray(`${root};${parent};Sampled=1`, context);
  expect(formatXray(context)).toBe(`${root};${parent};Sampled=1`);
  expect(formatXray({ ...context, flags: 0 })).toBe(`${root};${parent};Sampled=0`);
  expect(formatXray({ ...context, flags: 0, samplingKnown: false })).toBe(`${root};${parent}`);
  expect(formatXray({ ...context, debug: true })).toBe(`${root};${parent};Sampled=1`);
  expect(formatXray({ ...context, ...noIds })).toBe('Sampled=1');
});

it.each([
  ['nothing', ''],
  ['no pair', 'nonsense'],
  ['a part that is no pair', `${root};${parent};x`],
  ['a part without key', `${root};${parent};=1`],
  ['a parent without root', `${parent};Sampled=1`],
  ['two roots', `${root};${root};${parent}`],
  ['two parents', `${root};${parent};${parent}`],
  ['two decisions', `${root};${parent};Sampled=1;Sampled=1`],
  ['another decision', `${root};${parent};Sampled=2`],
  ['an empty decision', `${root};${parent};Sampled=`],
  ['a decision in words', `${root};${parent};Sampled=true`],
  ['another version', `${root.replace('1-', '2-')};${parent}`],
  ['no version', `${root.replace('1-', '')};${parent}`],
  ['an empty root', `Root=;${parent}`],
  ['an empty parent', `${root};Parent=`],
  ['a root of 31 digits', `${root.slice(0, -1)};${parent}`],
  ['a root of 33 digits', `${root}0;${parent}`],
  ['a dash elsewhere', `Root=1-5759e98-8bd862e3fe1be46a994272793;${parent}`],
  ['a parent of 15 digits', `${root};${parent.slice(0, -1)}`],
  ['a parent of 17 digits', `${root};${parent}0`],
  ['no hex in the root', `${root.replace('bd', 'xd')};${parent}`],
  ['no hex in the parent', `${root};${parent.replace('53', '5x')}`],
  ['a letter of two bytes', `${root.replace('bd', '\u0162d')};${parent}`],
  ['a root of zeros', `Root=1-00000000-${'0'.repeat(24)};${parent}`],
  ['a root of zeros without parent', `Root=1-00000000-${'0'.repeat(24)};Sampled=1`],
  ['a parent of zeros', `${root};Parent=${'0'.repeat(16)}`],
  ['commas', `${root},${parent},Sampled=1`],
  ['two headers', `${root};${parent};Sampled=1,${root};${parent};Sampled=1`],
  ['a megabyte', `${root};${parent};`.repeat(20_000)],
])('refuses %s and leaves the target alone', (_, header) => {
  const context = usedContext();
  expect(parseXray(header, context)).toBe(false);
  expect(context).toEqual(usedContext());
});

it('is read up to 2,048 characters and 32 parts', () => {
  const whole = `${root};${parent};Sampled=1`;
  const long = `${whole};Lineage=`;
  expect(parseXray(long.padEnd(2048, 'x'), usedContext())).toBe(true);
  expect(parseXray(long.padEnd(2049, 'x'), usedContext())).toBe(false);
  expect(parseXray(whole + ';a=1'.repeat(29), usedContext())).toBe(true);
  expect(parseXray(whole + ';a=1'.repeat(30), usedContext())).toBe(false);
});
