import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readOtlpResponse } from './otlp-response.ts';

const protobuf = 'application/x-protobuf';
const json = 'application/json; charset=utf-8';

function text(body: string): Uint8Array {
  return new TextEncoder().encode(body);
}

function bytes(...parts: (number | string)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...text(part)])));
}

const nothing = { rejectedSpans: 0, message: '' };

describe('protobuf', () => {
  it.each([
    ['an empty body', bytes(), nothing],
    ['a full success', bytes(0x0a, 0), nothing],
    ['a partial success', bytes(0x0a, 8, 0x08, 0xac, 0x02, 0x12, 3, 'bad'), { rejectedSpans: 300, message: 'bad' }],
    ['a warning', bytes(0x0a, 5, 0x12, 3, 'old'), { rejectedSpans: 0, message: 'old' }],
    [
      'unknown fields',
      bytes(0x15, 1, 2, 3, 4, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x20, 9, 0x0a, 2, 0x08, 5),
      { rejectedSpans: 5, message: '' },
    ],
    ['a body cut in a number', bytes(0x0a, 2, 0x08, 0xac), nothing],
    ['a body cut in a field', bytes(0x0a, 99, 0x08, 1), nothing],
    ['a group', bytes(0x0b), nothing],
  ])('%s', (_name, body, expected) => {
    expect(readOtlpResponse(body, protobuf)).toEqual(expected);
  });
});

describe('JSON', () => {
  it.each([
    ['{}', nothing],
    ['{"partialSuccess":{}}', nothing],
    ['{"partialSuccess":{"rejectedSpans":"12","errorMessage":"bad"}}', { rejectedSpans: 12, message: 'bad' }],
    ['{"partialSuccess":{"rejectedSpans":3}}', { rejectedSpans: 3, message: '' }],
    ['{"partialSuccess":{"rejectedSpans":"many","errorMessage":7}}', nothing],
    ['null', nothing],
    ['<html>', nothing],
  ])('%s', (body, expected) => {
    expect(readOtlpResponse(text(body), json)).toEqual(expected);
  });
});

it('takes any bytes for an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.constantFrom(protobuf, json), (body, type) => {
      const { rejectedSpans, message } = readOtlpResponse(body, type);
      expect([typeof rejectedSpans, typeof message]).toEqual(['number', 'string']);
    }),
  );
});
