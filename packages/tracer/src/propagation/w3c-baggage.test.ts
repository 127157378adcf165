import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { writeProperty } from './carrier-writers.ts';
import { emptyTarget } from './extraction-target.ts';
import { w3cBaggage } from './w3c-baggage.ts';

function inject(baggageItems: Record<string, string>): Record<string, string> {
  const carrier: Record<string, string> = {};
  w3cBaggage.inject({ ...emptyTarget(), baggageItems }, carrier, (_, name, value) =>
    writeProperty(carrier, name, value),
  );
  return carrier;
}

it('gives back the items it wrote, with the case of their keys', () => {
  const keys = fc.string({ unit: fc.constantFrom(...'abcXYZ019._-'.split('')), minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      fc.dictionary(keys, fc.string({ unit: 'grapheme', maxLength: 40 }), {
        minKeys: 1,
        maxKeys: 10,
        noNullPrototype: true,
      }),
      (items) => {
        const target = emptyTarget();
        expect(w3cBaggage.extract([inject(items)['baggage']], 0, target)).toBe('found');
        expect(target.baggageItems).toEqual(items);
      },
    ),
  );
});

it('writes nothing for no items', () => {
  expect(inject({})).toEqual({});
});

it.each([
  [undefined, 'absent'],
  ['', 'absent'],
  [' ', 'absent'],
  ['=,=', 'malformed'],
  ['a=1', 'found'],
])('%j is %s', (header, result) => {
  expect(w3cBaggage.extract([header], 0, emptyTarget())).toBe(result);
});
