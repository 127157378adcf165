import { expect, it } from 'vitest';

import { b3Multi } from './b3-multi.ts';
import { b3Single } from './b3-single.ts';
import { jaeger } from './jaeger.ts';
import { propagatorCases, type PropagatorCapabilities } from './propagator.conformance.ts';
import type { ExtractionTarget, Propagator } from './propagator.ts';
import { w3cTraceContext } from './w3c.ts';

const ofW3c: PropagatorCapabilities = { traceState: true, undecided: false, debug: false };
const ofB3: PropagatorCapabilities = { traceState: false, undecided: true, debug: true };

const ofJaeger: PropagatorCapabilities = { traceState: false, undecided: false, debug: true };

const roundTrips = 'gives back the ids and the decision that it wrote';
const usable = 'never throws, and leaves the target alone unless it finds something';
const damaged = 'calls a damaged header malformed';
const anyDamaged = 'finds no other ids when any one of its headers is damaged or lost';
const brokenIds = 'calls ids malformed that are missing, of zeros, or of other digits';

const sentOn = 'leaves nothing of the trace before in headers that are sent on';

const baggage = 'gives back the baggage that it wrote, and nothing else with it';
const noBaggage = 'finds no baggage where there is none';
const usableBaggage = 'never throws at baggage, and fills nothing else';

function failing(propagator: Propagator, can: PropagatorCapabilities): string[] {
  return propagatorCases(propagator, can)
    .filter(({ run }) => {
      try {
        void run();
        return false;
      } catch {
        return true;
      }
    })
    .map(({ name }) => name);
}

type Extract = Propagator['extract'];

/** A propagator that reads otherwise. */
function reading(propagator: Propagator, change: (extract: Extract) => Extract): Propagator {
  return { ...propagator, extract: change((...given) => propagator.extract(...given)) };
}

/** A propagator that takes no header away. */
function onlyAdding(propagator: Propagator): Propagator {
  return {
    ...propagator,
    inject: (context, carrier, write) =>
      propagator.inject(context, carrier, (to, name, value) => {
        if (value !== undefined) write(to, name, value);
      }),
  };
}

/** A propagator that reads its baggage otherwise. */
function readingBaggage(propagator: Propagator, change: (extract: Extract) => Extract): Propagator {
  return { ...propagator, extractBaggage: change((...given) => propagator.extractBaggage!(...given)) };
}

/** Fills something in whenever it finds a context. */
function marking(propagator: Propagator, parts: Partial<ExtractionTarget> & { isRemote?: boolean }): Propagator {
  return reading(propagator, (extract) => (values, first, target) => {
    const result = extract(values, first, target);
    if (result === 'found') Object.assign(target, parts);
    return result;
  });
}

/** Finds what `accepts` says, without reading it. */
function credulous(propagator: Propagator, accepts: (value: string) => boolean): Propagator {
  return reading(propagator, (extract) => (values, first, target) => {
    const result = extract(values, first, target);
    return result === 'malformed' && accepts(values[first] ?? '') ? 'found' : result;
  });
}

it.each<[string, Propagator, PropagatorCapabilities, string[]]>([
  [
    'finds zero ids in any long text',
    credulous(w3cTraceContext, ({ length }) => length >= 20),
    ofW3c,
    [usable, damaged, anyDamaged, brokenIds],
  ],
  [
    'finds zero ids and a decision in any long text',
    marking(
      credulous(w3cTraceContext, ({ length }) => length >= 20),
      { samplingKnown: true },
    ),
    ofW3c,
    [usable, damaged, anyDamaged, brokenIds],
  ],
  [
    'finds zero ids in zeros',
    credulous(w3cTraceContext, (value) => /^00-0{32}-0{16}-01$/.test(value)),
    ofW3c,
    [brokenIds],
  ],
  [
    'takes a trace id of zeros',
    reading(w3cTraceContext, (extract) => (values, first, target) => {
      const result = extract(values, first, target);
      if (!/^00-0{32}-/.test(values[first] ?? '') || values[first]?.includes('x') === true) return result;
      Object.assign(target, { spanId1: 1, samplingKnown: true });
      return 'found';
    }),
    ofW3c,
    [brokenIds],
  ],
  [
    'makes ids up for a header that is lost',
    reading(
      b3Multi,
      (extract) => (values, first, target) =>
        extract(
          values.map((value, index) => (index === first + 1 && values[first] !== undefined ? (value ?? '1') : value)),
          first,
          target,
        ),
    ),
    ofB3,
    [anyDamaged],
  ],
  [
    'reads damaged digits as zeros in a later header',
    reading(
      b3Multi,
      (extract) => (values, first, target) =>
        extract(
          values.map((value, index) => (index === first + 1 ? value?.replace(/[^0-9a-f]/g, '0') : value)),
          first,
          target,
        ),
    ),
    ofB3,
    [brokenIds],
  ],
  [
    'leaves half of what it read when the rest is damaged',
    reading(b3Multi, (extract) => (values, first, target) => {
      const result = extract(values, first, target);
      if (result === 'malformed' && values[first + 1]?.length === 16) target.spanId0 = 1;
      return result;
    }),
    ofB3,
    [usable, anyDamaged, brokenIds],
  ],
  [
    'answers something else',
    reading(b3Single, (extract) => (...given) => {
      const result = extract(...given);
      return result === 'malformed' && given[0][given[1]]?.endsWith('ÿ') === true ? (undefined as never) : result;
    }),
    ofB3,
    [usable, damaged, anyDamaged],
  ],
  ['takes nobody for debug', marking(b3Single, { debug: false }), ofB3, [roundTrips]],
  ['says debug of everything', marking(w3cTraceContext, { debug: true }), ofW3c, [roundTrips]],
  ['sets baggage of everything', marking(w3cTraceContext, { baggageItems: { a: '1' } }), ofW3c, [roundTrips]],
  ['adds a field to everything', marking(w3cTraceContext, { isRemote: true }), ofW3c, [roundTrips]],
  ['samples everything', marking(w3cTraceContext, { flags: 1 }), ofW3c, [roundTrips]],
  ['loses the tracestate', marking(w3cTraceContext, { traceState: '' }), ofW3c, [roundTrips]],
  [
    'loses a baggage item',
    readingBaggage(
      jaeger,
      (extract) => (values, first, target, items) => extract(values, first, target, items?.slice(2)),
    ),
    ofJaeger,
    [baggage],
  ],
  [
    'makes baggage up',
    readingBaggage(jaeger, (extract) => (values, first, target, items) => {
      const result = extract(values, first, target, items);
      return result === 'absent' ? 'found' : result;
    }),
    ofJaeger,
    [noBaggage],
  ],
  [
    'throws at some baggage',
    readingBaggage(jaeger, (extract) => (values, first, target, items = []) => {
      decodeURIComponent(items.join(''));
      return extract(values, first, target, items);
    }),
    ofJaeger,
    [usableBaggage],
  ],
  [
    'takes a decision from the baggage',
    readingBaggage(jaeger, (extract) => (values, first, target, items) => {
      target.samplingKnown = true;
      return extract(values, first, target, items);
    }),
    ofJaeger,
    [baggage, noBaggage, usableBaggage],
  ],
  ['keeps the tracestate of the trace before', onlyAdding(w3cTraceContext), ofW3c, [sentOn]],
  ['writes what no field names', { ...jaeger, prefix: 'other-' }, ofJaeger, [roundTrips, baggage]],
])('propagatorCases catches a propagator that %s', (_, propagator, can, names) => {
  expect(failing(propagator, can)).toEqual(names);
});
