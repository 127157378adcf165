import type { InstrumentationScope, Resource, SpanKind, SpanRecord, SpanStatus } from '@spanwise/wire/span-record';

import type { ValueJson } from './attribute-reader.ts';
import { reviveAttributes } from './attribute-reader.ts';
import { readRest } from './rest-json.ts';
import { RowBits } from './row-bits.ts';

/** The parts of a row that are not numbers. */
export interface RowTexts {
  readonly tags: string;
  readonly rest: string;
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
}

/** Makes a record of a row. `numbers`: ids (8 words), start, nanos, duration (NaN when absent), flags, kind, status, bits. */
export function decodeRow(numbers: Float64Array, name: string, { tags, rest, resource, scope }: RowTexts): SpanRecord {
  const duration = numbers[10] as number;
  const bits = numbers[14] as number;
  return {
    traceId0: numbers[0] as number,
    traceId1: numbers[1] as number,
    traceId2: numbers[2] as number,
    traceId3: numbers[3] as number,
    spanId0: numbers[4] as number,
    spanId1: numbers[5] as number,
    parentId0: numbers[6] as number,
    parentId1: numbers[7] as number,
    name,
    kind: numbers[12] as SpanKind,
    startMicros: numbers[8] as number,
    startNanos: numbers[9] as number,
    durationNanos: Number.isNaN(duration) ? undefined : duration,
    attributes: reviveAttributes(JSON.parse(tags) as ValueJson[]),
    status: numbers[13] as SpanStatus,
    flags: numbers[11] as number,
    debug: (bits & RowBits.debug) !== 0,
    shared: (bits & RowBits.shared) !== 0,
    unfinished: (bits & RowBits.unfinished) !== 0,
    resource,
    scope,
    ...readRest(rest),
  };
}
