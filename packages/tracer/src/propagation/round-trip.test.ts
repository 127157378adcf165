import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { b3Multi } from './b3-multi.ts';
import { b3Single } from './b3-single.ts';
import { basictracer } from './basictracer.ts';
import { datadog } from './datadog.ts';
import { emptyTarget } from './extraction-target.ts';
import { jaeger } from './jaeger.ts';
import { roundTrip, sample } from './propagator.conformance.ts';
import type { PropagatedContext } from './propagator.ts';
import { w3cTraceContext } from './w3c.ts';
import { xray } from './xray.ts';

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const notZero = word.filter((value) => value !== 0);

const contexts: fc.Arbitrary<PropagatedContext> = fc
  .record({
    traceId0: fc.oneof(word, fc.constant(0)),
    traceId1: fc.oneof(word, fc.constant(0)),
    traceId2: word,
    traceId3: notZero,
    spanId0: word,
    spanId1: notZero,
    flags: fc.constantFrom(0, 1),
  })
  .map((parts) => ({ ...sample, ...parts }));

const formats = [w3cTraceContext, b3Single, b3Multi, jaeger, jaeger.textMap!, basictracer, datadog, xray];

describe.each(formats)('$name', (propagator) => {
  it('gives back every id and decision', () => {
    fc.assert(
      fc.property(contexts, (context) => {
        const { result, target } = roundTrip(propagator, context);
        const { traceId2, traceId3, spanId0, spanId1 } = context;
        const { traceId0, traceId1 } = propagator === basictracer ? emptyTarget() : context;
        expect(result).toBe('found');
        expect(target).toMatchObject({ traceId0, traceId1, traceId2, traceId3, spanId0, spanId1 });
        expect(target.flags & 1).toBe(context.flags);
      }),
    );
  });

  it('throws at no text, and leaves the target alone unless it finds something', () => {
    const values = fc.array(fc.option(fc.string({ unit: 'binary' }), { nil: undefined }), {
      minLength: propagator.fields.length,
      maxLength: propagator.fields.length,
    });
    fc.assert(
      fc.property(values, (given) => {
        const target = emptyTarget();
        if (propagator.extract(given, 0, target) !== 'found') expect(target).toEqual(emptyTarget());
      }),
    );
  });
});
