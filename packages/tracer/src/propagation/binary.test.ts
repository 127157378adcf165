import { runInNewContext } from 'node:vm';

import { BinaryCarrier } from '@spanwise/opentracing';
import { maxBinaryContextLength } from '@spanwise/wire/propagation';
import { describe, expect, it } from 'vitest';

import { basictracer } from './basictracer.ts';
import { BinaryPropagator } from './binary.ts';
import { emptyTarget } from './extraction-target.ts';
import { sample } from './propagator.conformance.ts';
import type { PropagatedContext } from './propagator.ts';
import { w3cTraceContext } from './w3c.ts';

const context: PropagatedContext = { ...sample, traceState: 'a=1', baggageItems: { User: 'ä' } };

function bytes(): Uint8Array {
  const carrier = new BinaryCarrier([]);
  new BinaryPropagator().inject(context, carrier);
  return carrier.buffer as Uint8Array;
}

function ofAnotherRealm(given: Uint8Array): object {
  return runInNewContext('Uint8Array.from(list)', { list: [...given] }) as object;
}

describe('the binary format', () => {
  it.each([
    ['bytes', () => ({ buffer: bytes() })],
    ['an array', () => new BinaryCarrier([...bytes()])],
    ['a Buffer, which shares its memory with others', () => ({ buffer: Buffer.from(bytes()) })],
    ['an ArrayBuffer', () => ({ buffer: bytes().slice().buffer })],
    ['an ArrayBuffer of another realm', () => ({ buffer: (ofAnotherRealm(bytes()) as Uint8Array).buffer })],
    ['bytes of another realm', () => ({ buffer: ofAnotherRealm(bytes()) })],
    ['numbers of another kind', () => ({ buffer: new Float64Array(bytes()) })],
    ['the bytes themselves', () => bytes()],
    ['a Buffer itself', () => Buffer.from(bytes())],
  ])('is read from %s', (_, carrier) => {
    const propagator = new BinaryPropagator();
    expect(propagator.extract(carrier())).toBe(true);
    expect(propagator.target).toEqual(context);
  });

  it.each([
    ['an empty object', {}],
    ['no bytes yet', { buffer: null }],
    ['an empty array', new BinaryCarrier([])],
    ['an empty Buffer', Buffer.alloc(0)],
  ])('finds nothing in %s', (_, carrier) => {
    const propagator = new BinaryPropagator();
    expect(propagator.extract(carrier)).toBe(false);
    expect(propagator.malformed).toBe(0);
  });

  it.each([
    ['three bytes', new BinaryCarrier([1, 2, 3])],
    ['more bytes than a context may have', { buffer: new Uint8Array(maxBinaryContextLength + 1) }],
    ['an array-like without end', { buffer: { length: Number.MAX_SAFE_INTEGER } }],
  ])('counts %s', (_, carrier) => {
    const propagator = new BinaryPropagator();
    expect(propagator.extract(carrier)).toBe(false);
    expect(propagator.malformed).toBe(1);
  });

  it.each(['text' as never, { buffer: 'text' }, { buffer: 7 }, { buffer: {} }, null as never])(
    'throws for what holds no bytes: %j',
    (carrier) => {
      expect(() => new BinaryPropagator().extract(carrier)).toThrow(TypeError);
    },
  );

  it.each([[new Uint8Array(3)], [Buffer.alloc(3)], [null as never], ['text' as never], [Object.freeze({})]])(
    'throws for what cannot be filled (%#)',
    (carrier) => {
      expect(() => new BinaryPropagator().inject(context, carrier)).toThrow(TypeError);
    },
  );

  it('drops a broken tracestate alone', () => {
    const carrier = { buffer: new Uint8Array() };
    new BinaryPropagator().inject({ ...context, traceState: 'BAD=1' }, carrier);
    const propagator = new BinaryPropagator();
    expect(propagator.extract(carrier)).toBe(true);
    expect(propagator.target).toEqual({ ...context, traceState: '' });
  });

  it('writes nothing for a context that says nothing, and reads such bytes as nothing', () => {
    const carrier: { buffer?: Uint8Array } = {};
    new BinaryPropagator().inject(emptyTarget(), carrier);
    expect(carrier).toEqual({});
    new BinaryPropagator().inject({ ...emptyTarget(), baggageItems: { a: 'b' } }, carrier);
    const propagator = new BinaryPropagator();
    expect(propagator.extract(carrier)).toBe(true);
    expect(propagator.target).toMatchObject({ samplingKnown: false, spanId1: 0, baggageItems: { a: 'b' } });
    const withoutItems = carrier.buffer!.slice(0, 29);
    withoutItems[28] = 0;
    expect(propagator.extract({ buffer: withoutItems })).toBe(false);
  });
});

describe('the binary format of a propagator', () => {
  const lowerHalf = { ...context, traceId0: 0, traceId1: 0, traceState: '' };

  it('is written when a propagator has one, and read beside our own', () => {
    const propagator = new BinaryPropagator([w3cTraceContext, basictracer], [w3cTraceContext, basictracer]);
    const carrier = new BinaryCarrier([]);
    propagator.inject(context, carrier);
    expect((carrier.buffer as Uint8Array)[0]).toBe(0);
    expect(propagator.extract(carrier)).toBe(true);
    expect(propagator.target).toEqual(lowerHalf);
    expect(propagator.extract({ buffer: bytes() })).toBe(true);
    expect(propagator.target).toEqual(context);
  });

  it('is only read, or only written, when the lists say so', () => {
    const written = { buffer: new Uint8Array() };
    new BinaryPropagator([], [basictracer]).inject(context, written);
    const reading = new BinaryPropagator([basictracer], []);
    expect(reading.extract(written)).toBe(true);
    reading.inject(context, written);
    expect(written.buffer).toEqual(bytes());
    const neither = new BinaryPropagator([w3cTraceContext], [w3cTraceContext]);
    new BinaryPropagator([], [basictracer]).inject(context, written);
    expect(neither.extract(written)).toBe(false);
    expect(neither.malformed).toBe(1);
  });

  it('counts bytes once, whichever format they begin like, and carries nothing over', () => {
    const propagator = new BinaryPropagator([basictracer], []);
    expect(propagator.extract({ buffer: bytes() })).toBe(true);
    for (const wrong of [
      [0, 0, 0, 9],
      [0, 0, 0, 0],
      [1, 2, 3],
      [2, 3],
    ]) {
      expect(propagator.extract(new BinaryCarrier(wrong))).toBe(false);
      expect(propagator.malformed).toBe(1);
    }
    expect(propagator.target).toEqual(emptyTarget());
  });

  it('writes nothing for a context that it cannot carry', () => {
    const carrier: { buffer?: Uint8Array } = {};
    new BinaryPropagator([], [basictracer]).inject({ ...emptyTarget(), baggageItems: { a: 'b' } }, carrier);
    expect(carrier).toEqual({});
  });
});
