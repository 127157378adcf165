import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { emptyTarget } from './extraction-target.ts';
import type { ExtractionTarget, PropagatedContext, Propagator } from './propagator.ts';

/** What a format cannot carry, declared. */
export interface PropagatorCapabilities {
  /** Carries `tracestate`. */
  readonly traceState: boolean;
  /** Carries "the receiver decides". */
  readonly undecided: boolean;
  /** Carries B3's debug flag. */
  readonly debug: boolean;
}

/** The contract of a `Propagator` for trace contexts; every implementation runs it, and others' may. */
export function propagatorConformance(propagator: Propagator, can: PropagatorCapabilities): void {
  describe(`${propagator.name} as a Propagator`, () => {
    it('gives back the ids and the decision that it wrote', () => {
      fc.assert(
        fc.property(contexts, (context) => {
          const { result, target } = roundTrip(propagator, context);
          expect(result).toBe('found');
          expect(ids(target)).toEqual(ids(context));
          if (can.undecided || context.samplingKnown) expect(target.samplingKnown).toBe(context.samplingKnown);
          if (context.samplingKnown) expect(target.flags & 1).toBe(context.flags & 1);
          if (can.debug) expect(target.debug).toBe(context.debug);
          expect(target.traceState).toBe(can.traceState ? context.traceState : '');
        }),
      );
    });

    it('finds nothing in nothing', () => {
      const target = emptyTarget();
      expect(
        propagator.extract(
          propagator.fields.map(() => undefined),
          0,
          target,
        ),
      ).toBe('absent');
      expect(target).toEqual(emptyTarget());
    });

    it('never throws, and leaves the target alone unless it finds something', () => {
      const values = fc.array(
        fc.oneof(
          fc.constant(undefined),
          fc.string(),
          fc.string({ unit: fc.constantFrom(...'0123456789abcdefg-,;= '.split('')) }),
        ),
        {
          minLength: propagator.fields.length,
          maxLength: propagator.fields.length,
        },
      );
      fc.assert(
        fc.property(values, (given) => {
          const target = emptyTarget();
          const result = propagator.extract(given, 0, target);
          if (result !== 'found') expect(target).toEqual(emptyTarget());
        }),
      );
    });

    it('calls a damaged header malformed', () => {
      for (const value of ['', '-', 'x', '00-0-0-0', 'ÿ'.repeat(55)]) {
        const values = propagator.fields.map((_, index) => (index === 0 ? value : undefined));
        expect(propagator.extract(values, 0, emptyTarget())).toBe('malformed');
      }
    });

    it('reads its values from where they begin', () => {
      const carrier = written(propagator, sample);
      const values = ['other', 'headers', ...propagator.fields.map((field) => carrier.get(field))];
      const target = emptyTarget();
      expect(propagator.extract(values, 2, target)).toBe('found');
      expect(ids(target)).toEqual(ids(sample));
    });

    it('writes no ids where there are none', () => {
      const carrier = written(propagator, { ...emptyTarget(), samplingKnown: false });
      expect([...carrier]).toEqual([]);
    });
  });
}

function roundTrip(propagator: Propagator, context: PropagatedContext): { result: string; target: ExtractionTarget } {
  const carrier = written(propagator, context);
  const target = emptyTarget();
  return {
    result: propagator.extract(
      propagator.fields.map((field) => carrier.get(field)),
      0,
      target,
    ),
    target,
  };
}

function written(propagator: Propagator, context: PropagatedContext): Map<string, string> {
  const carrier = new Map<string, string>();
  propagator.inject(context, carrier, (_carrier, name, value) => void carrier.set(name.toLowerCase(), value));
  return carrier;
}

function ids({ traceId0, traceId1, traceId2, traceId3, spanId0, spanId1 }: PropagatedContext): number[] {
  return [traceId0, traceId1, traceId2, traceId3, spanId0, spanId1];
}

/** A sampled context for tests. */
export const sample: PropagatedContext = {
  ...emptyTarget(),
  traceId0: 0x0af76519,
  traceId1: 0x16cd43dd,
  traceId2: 0x8448eb21 | 0,
  traceId3: 0x1c80319c,
  spanId0: 0xb7ad6b71 | 0,
  spanId1: 0x69203331,
  flags: 1,
  samplingKnown: true,
};

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

const contexts: fc.Arbitrary<PropagatedContext> = fc
  .record({
    traceId0: fc.oneof(word, fc.constant(0)),
    traceId1: fc.oneof(word, fc.constant(0)),
    traceId2: word,
    traceId3: word.filter((value) => value !== 0),
    spanId0: word,
    spanId1: word.filter((value) => value !== 0),
    decision: fc.constantFrom('sampled', 'unsampled', 'undecided', 'debug'),
    traceState: fc.constantFrom('', 'a=1', 'ot=th:8,b@c=2'),
  })
  .map(({ decision, ...context }) => ({
    ...context,
    flags: decision === 'sampled' || decision === 'debug' ? 1 : 0,
    samplingKnown: decision !== 'undecided',
    debug: decision === 'debug',
    baggageItems: {},
  }));
