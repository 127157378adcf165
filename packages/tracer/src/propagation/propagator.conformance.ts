import type { ConformanceCase } from '@spanwise/opentracing/conformance';
import { formatSpanId, formatTraceId128 } from '@spanwise/wire/propagation';

import { required, sameData } from '../conformance-assert.ts';
import { emptyTarget } from './extraction-target.ts';
import type { ExtractionTarget, PropagatedContext, Propagator } from './propagator.ts';
import { hasIds } from './propagator.ts';

/** What a format cannot carry, declared. */
export interface PropagatorCapabilities {
  /** Carries `tracestate`; or what of a context's comes back. */
  readonly traceState: boolean | ((context: PropagatedContext) => string);
  /** Carries "the receiver decides". */
  readonly undecided: boolean;
  /** Carries B3's debug flag. */
  readonly debug: boolean;
  /** What of a trace id travels; `in two headers` when the upper half may be lost alone. `whole` unless given. */
  readonly traceId?: 'whole' | 'lower half' | 'in two headers';
}

/**
 * The contract of a {@link Propagator} for trace contexts, as cases for any test framework. Contexts and damaged values
 * come from a generator with a fixed seed, so a failure comes again.
 */
export function propagatorCases(propagator: Propagator, can: PropagatorCapabilities): ConformanceCase[] {
  const cases = propagator.extractBaggage === undefined ? requirements : { ...requirements, ...baggageRequirements };
  return Object.entries(cases).map(([name, test]) => ({ name, run: () => test(propagator, can) }));
}

type Requirements = Record<string, (propagator: Propagator, can: PropagatorCapabilities) => void>;

const requirements: Requirements = {
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
      requireUsable(
        propagator,
        propagator.fields.map(() => damagedValue(random)),
      );
    }
  },

  'calls a damaged header malformed': (propagator) => {
    for (const value of damagedValues) {
      const values = propagator.fields.map((_, index) => (index === 0 ? value : undefined));
      sameData(propagator.extract(values, 0, emptyTarget()), 'malformed', `what is found in "${value}"`);
    }
  },

  'finds no other ids when any one of its headers is damaged or lost': (propagator, can) => {
    const intact = valuesOf(propagator, can.traceState === true ? { ...sample, traceState: 'a=1' } : sample);
    for (const index of intact.keys()) {
      for (const value of [undefined, ...damagedValues]) {
        const { result, target } = requireUsable(propagator, withValue(intact, index, value));
        // Formats that may name a trace and no span of it have tests of their own.
        if (result === 'found' && hasIds(target))
          sameData(ids(target, can), ids(sample, can), `the ids with ${name(propagator, index)} "${value}"`);
        const alone = withValue(
          intact.map(() => undefined),
          index,
          value,
        );
        requireUsable(propagator, alone);
      }
    }
  },

  'calls ids malformed that are missing, of zeros, or of other digits': (propagator) => {
    const intact = valuesOf(propagator, sample);
    const zeros = intact.map((value) =>
      value?.replace(formatTraceId128(sample), none).replace(formatSpanId(sample), none.slice(16)),
    );
    if (String(zeros) !== String(intact))
      sameData(requireUsable(propagator, zeros).result, 'malformed', 'what is found in zeros');
    for (const [index, value] of intact.entries()) {
      for (const id of [formatTraceId128(sample), formatSpanId(sample)]) {
        // Formats that write ids otherwise have tests of their own.
        if (value?.includes(id) !== true) continue;
        for (const broken of ['0'.repeat(id.length), `x${id.slice(1)}`, `${id.slice(0, -1)}x`, '']) {
          const damaged = withValue(intact, index, value.replace(id, broken));
          const what = `what is found with ${name(propagator, index)} "${damaged[index]}"`;
          sameData(requireUsable(propagator, damaged).result, 'malformed', what);
        }
      }
    }
  },

  'reads its values from where they begin': (propagator, can) => {
    const carrier = written(propagator, sample);
    const values = ['other', 'headers', ...propagator.fields.map((field) => carrier.get(field))];
    const target = emptyTarget();
    sameData(propagator.extract(values, 2, target), 'found', 'what is found');
    sameData(ids(target, can), ids(sample, can), 'the ids');
  },

  'writes the very names that it reads, in lower case, so that headers that are sent on are replaced': (propagator) => {
    const names: string[] = [];
    propagator.inject(sample, {}, (_carrier, name, value) => {
      if (value !== undefined) names.push(name);
    });
    const others = names.filter((name) => !propagator.fields.includes(name));
    sameData(others, [], 'what is written under other names');
  },

  'leaves nothing of the trace before in headers that are sent on': (propagator) => {
    const undecided = { ...sample, flags: 0, samplingKnown: false };
    for (const before of [{ ...sample, debug: true, traceState: 'dd=s:2;o:rum;t.dm:-4' }, sample]) {
      for (const context of [{ ...sample, spanId1: 1, flags: 0 }, undecided]) {
        const carrier = written(propagator, before);
        propagator.inject(context, carrier, writeLowerCase);
        const sent = propagator.fields.map((field) => carrier.get(field));
        sameData(sent, valuesOf(propagator, context), 'what is sent on');
      }
    }
  },

  'writes no ids where there are none': (propagator) => {
    const carrier = written(propagator, { ...emptyTarget(), samplingKnown: false });
    sameData([...carrier], [], 'what is written');
  },
};

/** Of formats that have baggage of their own. */
const baggageRequirements: Requirements = {
  'gives back the baggage that it wrote, and nothing else with it': (propagator) => {
    const baggageItems = { 'user-id': 'a=b, c; 50 %', k: '' };
    const target = emptyTarget();
    sameData(extractBaggage(propagator, { ...sample, baggageItems }, target), 'found', 'what is found');
    sameData(target, { ...emptyTarget(), baggageItems }, 'the target');
  },

  'finds no baggage where there is none': (propagator) => {
    const target = emptyTarget();
    sameData(extractBaggage(propagator, sample, target), 'absent', 'what is found');
    sameData(target, emptyTarget(), 'the target');
  },

  'never throws at baggage, and fills nothing else': (propagator) => {
    const random = generator(11);
    for (let count = 0; count < 1000; count++) {
      const values = propagator.fields.map(() => damagedValue(random));
      const items = Array.from({ length: (random() & 3) * 2 }, () => damagedValue(random) ?? '');
      const target = emptyTarget();
      const result = propagator.extractBaggage!(values, 0, target, items);
      const where = `after ${JSON.stringify([values, items])}`;
      const isResult = result === 'found' || result === 'absent' || result === 'malformed';
      required(isResult, `what is found ${where}: was ${result as string}`);
      const { baggageItems, droppedItems } = result === 'found' ? target : emptyTarget();
      sameData(target, { ...emptyTarget(), baggageItems, droppedItems }, `the target ${where}`);
    }
  },
};

function extractBaggage(propagator: Propagator, context: PropagatedContext, target: ExtractionTarget): string {
  return propagator.extractBaggage!(valuesOf(propagator, context), 0, target, itemsOf(propagator, context));
}

function requireRoundTrip(propagator: Propagator, can: PropagatorCapabilities, context: PropagatedContext): void {
  const { result, target } = roundTrip(propagator, context);
  sameData(result, 'found', 'what is found');
  const { traceId0, traceId1 } = can.traceId === 'lower half' ? emptyTarget() : context;
  const expected: ExtractionTarget = {
    ...context,
    traceId0,
    traceId1,
    // A format that must say something says "not sampled".
    samplingKnown: can.undecided ? context.samplingKnown : true,
    debug: can.debug && context.debug,
    traceState: traceStateOf(context, can),
    // Travel by themselves.
    baggageItems: {},
    droppedItems: 0,
    debugId: '',
  };
  sameData(target, expected, 'the target');
}

function traceStateOf(context: PropagatedContext, { traceState }: PropagatorCapabilities): string {
  if (typeof traceState === 'function') return traceState(context);
  return traceState ? context.traceState : '';
}

/** Reads what may be damaged. When something is found, the tracer hands it on: it must be a context, and a stable one. */
function requireUsable(propagator: Propagator, values: readonly (string | undefined)[]): Extracted {
  const target = emptyTarget();
  const result = propagator.extract(values, 0, target);
  const where = `after ${JSON.stringify(values)}`;
  if (result !== 'found') {
    required(result === 'absent' || result === 'malformed', `what is found ${where}: was ${result as string}`);
    sameData(target, emptyTarget(), `the target ${where}`);
    return { result, target };
  }
  const hasTrace = (target.traceId0 | target.traceId1 | target.traceId2 | target.traceId3) !== 0;
  required(hasTrace || !hasIds(target), `found ${where}: a span of no trace`);
  required(hasTrace || target.samplingKnown, `found ${where}: neither ids nor a decision`);
  const again = roundTrip(propagator, target);
  sameData(again.result, 'found', `what is found again ${where}`);
  sameData(again.target, target, `the target when written and read again ${where}`);
  return { result, target };
}

/** What came of an extraction. */
interface Extracted {
  readonly result: string;
  readonly target: ExtractionTarget;
}

/** Writes a context and reads it again. */
export function roundTrip(propagator: Propagator, context: PropagatedContext): Extracted {
  const target = emptyTarget();
  return { result: propagator.extract(valuesOf(propagator, context), 0, target), target };
}

function valuesOf(propagator: Propagator, context: PropagatedContext): (string | undefined)[] {
  const carrier = written(propagator, context);
  return propagator.fields.map((field) => carrier.get(field));
}

/** What stands behind the prefix, and the values, in turn. */
function itemsOf(propagator: Propagator, context: PropagatedContext): string[] {
  const { prefix = '' } = propagator;
  const items = [...written(propagator, context)].filter(([field]) => !propagator.fields.includes(field));
  return items.flatMap(([field, value]) => [field.slice(prefix.length), value]);
}

function withValue(
  values: readonly (string | undefined)[],
  index: number,
  value: string | undefined,
): (string | undefined)[] {
  return values.map((other, at) => (at === index ? value : other));
}

function name(propagator: Propagator, index: number): string {
  return propagator.fields[index] ?? '';
}

function writeLowerCase(carrier: object, name: string, value: string | undefined): void {
  const headers = carrier as Map<string, string>;
  if (value === undefined) headers.delete(name.toLowerCase());
  else headers.set(name.toLowerCase(), value);
}

function written(propagator: Propagator, context: PropagatedContext): Map<string, string> {
  const carrier = new Map<string, string>();
  propagator.inject(context, carrier, writeLowerCase);
  const { fields, prefix } = propagator;
  required(
    [...carrier.keys()].every((name) => fields.includes(name) || (prefix !== undefined && name.startsWith(prefix))),
    `fields must list every name that is written, or prefix begin it: ${[...carrier.keys()].join(', ')}`,
  );
  return carrier;
}

/** Those that no damage to another header can change. */
function ids(context: PropagatedContext, { traceId = 'whole' }: PropagatorCapabilities): number[] {
  const { traceId0, traceId1, traceId2, traceId3, spanId0, spanId1 } = context;
  return [...(traceId === 'whole' ? [traceId0, traceId1] : []), traceId2, traceId3, spanId0, spanId1];
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
        baggageItems: { 'travels-otherwise': '1' },
      };
    }
  }
}

const none = '0'.repeat(32);

const damagedValues = ['', '-', 'x', '00-0-0-0', 'ÿ'.repeat(55), '0'.repeat(16), '0'.repeat(32), '0'.repeat(55)];

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
