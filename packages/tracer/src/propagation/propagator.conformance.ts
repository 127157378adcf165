import type { ConformanceCase } from '@spanwise/opentracing/conformance';

import { required, sameData } from '../conformance-assert.ts';
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

/**
 * The contract of a {@link Propagator} for trace contexts, as cases for any test framework. Contexts and damaged values
 * come from a generator with a fixed seed, so a failure comes again.
 */
export function propagatorCases(propagator: Propagator, can: PropagatorCapabilities): ConformanceCase[] {
  return Object.entries(requirements).map(([name, test]) => ({ name, run: () => test(propagator, can) }));
}

const requirements: Record<string, (propagator: Propagator, can: PropagatorCapabilities) => void> = {
  'gives back the ids and the decision that it wrote': (propagator, can) => {
    for (const context of someContexts()) requireRoundTrip(propagator, can, context);
  },

  'finds nothing in nothing': (propagator) => {
    const target = emptyTarget();
    const nothing = propagator.fields.map(() => undefined);
    sameData(propagator.extract(nothing, 0, target), 'absent', 'what is found');
    sameData(target, emptyTarget(), 'the target');
  },

  'never throws, and leaves the target alone unless it finds something': (propagator) => {
    const random = generator(7);
    for (let count = 0; count < 2000; count++) {
      const given = propagator.fields.map(() => damagedValue(random));
      const target = emptyTarget();
      const result = propagator.extract(given, 0, target);
      if (result !== 'found') sameData(target, emptyTarget(), `the target after ${JSON.stringify(given)}`);
    }
  },

  'calls a damaged header malformed': (propagator) => {
    for (const value of ['', '-', 'x', '00-0-0-0', 'ÿ'.repeat(55)]) {
      const values = propagator.fields.map((_, index) => (index === 0 ? value : undefined));
      sameData(propagator.extract(values, 0, emptyTarget()), 'malformed', `what is found in "${value}"`);
    }
  },

  'reads its values from where they begin': (propagator) => {
    const carrier = written(propagator, sample);
    const values = ['other', 'headers', ...propagator.fields.map((field) => carrier.get(field))];
    const target = emptyTarget();
    sameData(propagator.extract(values, 2, target), 'found', 'what is found');
    sameData(ids(target), ids(sample), 'the ids');
  },

  'writes no ids where there are none': (propagator) => {
    const carrier = written(propagator, { ...emptyTarget(), samplingKnown: false });
    sameData([...carrier], [], 'what is written');
  },
};

function requireRoundTrip(propagator: Propagator, can: PropagatorCapabilities, context: PropagatedContext): void {
  const { result, target } = roundTrip(propagator, context);
  sameData(result, 'found', 'what is found');
  sameData(ids(target), ids(context), 'the ids');
  if (can.undecided || context.samplingKnown) sameData(target.samplingKnown, context.samplingKnown, 'samplingKnown');
  if (context.samplingKnown) sameData(target.flags & 1, context.flags & 1, 'the sampled flag');
  if (can.debug) sameData(target.debug, context.debug, 'debug');
  sameData(target.traceState, can.traceState ? context.traceState : '', 'tracestate');
}

/** Writes a context and reads it again. */
export function roundTrip(
  propagator: Propagator,
  context: PropagatedContext,
): { result: string; target: ExtractionTarget } {
  const carrier = written(propagator, context);
  const target = emptyTarget();
  const values = propagator.fields.map((field) => carrier.get(field));
  return { result: propagator.extract(values, 0, target), target };
}

function written(propagator: Propagator, context: PropagatedContext): Map<string, string> {
  const carrier = new Map<string, string>();
  propagator.inject(context, carrier, (_carrier, name, value) => void carrier.set(name.toLowerCase(), value));
  required(
    [...carrier.keys()].every((name) => propagator.fields.includes(name)),
    `fields must list every name that is written: ${[...carrier.keys()].join(', ')}`,
  );
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

function* someContexts(): Generator<PropagatedContext> {
  const random = generator(1);
  for (let count = 0; count < 200; count++) {
    for (const decision of ['sampled', 'unsampled', 'undecided', 'debug']) {
      yield {
        ...sample,
        // Ids of 64 bits have zeros in front.
        traceId0: count % 3 === 0 ? 0 : random(),
        traceId1: count % 3 === 0 ? 0 : random(),
        traceId2: random(),
        traceId3: random() | 1,
        spanId0: random(),
        spanId1: random() | 1,
        traceState: ['', 'a=1', 'ot=th:8,b@c=2'][count % 3] as string,
        flags: decision === 'sampled' || decision === 'debug' ? 1 : 0,
        samplingKnown: decision !== 'undecided',
        debug: decision === 'debug',
        baggageItems: {},
      };
    }
  }
}

const alphabet = '0123456789abcdefg-,;= ÿ%';

function damagedValue(random: () => number): string | undefined {
  if ((random() & 7) === 0) return undefined;
  const length = (random() >>> 0) % 60;
  let text = '';
  while (text.length < length) text += alphabet[(random() >>> 0) % alphabet.length];
  return text;
}

/** Whole numbers of 32 bits, always the same ones (xorshift). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
}
