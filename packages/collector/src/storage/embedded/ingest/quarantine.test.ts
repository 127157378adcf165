import { readdirSync } from 'node:fs';
import { spanRecord } from '@spanwise/wire/span-record';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { BodyFormat } from '../../../formats/body-format.ts';
import { temporaryDirectory } from '../opened-store.fixture.ts';
import { quarantineSpan } from './quarantine-span.ts';
import { quarantine, quarantineUnreadable } from './quarantine.ts';

describe('the quarantine', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  const bytes = Buffer.from('body');
  const span = (spanId1: number) => spanRecord({ traceId3: 1, spanId1, startMicros: 5, startNanos: 7 });

  it('names bodies by their place and format, and spans by their key', () => {
    for (const format of [...Object.values(BodyFormat), 0])
      quarantine(directory.path, { part: 2, offset: format }, format, bytes);
    quarantineUnreadable(directory.path, { part: 2, offset: 9 }, bytes);
    quarantineSpan(directory.path, span(3));
    expect(readdirSync(directory.path).sort()).toEqual([
      '00000000000000000000000000000001-0000000000000003-0-0-5-7.otlp.binpb',
      '2-0.body',
      '2-1.otlp.binpb',
      '2-2.otlp.json',
      '2-3.zipkin.json',
      '2-4.jaeger-binary.thrift',
      '2-5.jaeger-compact.thrift',
      '2-9.unreadable',
    ]);
  });

  it('takes 64 bodies and spans, no more, and each again into its own place', () => {
    for (let offset = 1; offset <= 32; offset++)
      quarantine(directory.path, { part: 1, offset }, BodyFormat.otlpJson, bytes);
    for (let id = 1; id <= 31; id++) quarantineSpan(directory.path, span(id));
    expect(quarantineSpan(directory.path, span(32))).toMatchObject({ kept: true });
    expect(quarantineSpan(directory.path, span(33))).toMatchObject({ kept: false });
    expect(quarantineSpan(directory.path, span(32))).toMatchObject({ kept: true });
    expect(quarantineUnreadable(directory.path, { part: 1, offset: 1 }, bytes)).toMatchObject({ kept: true });
    expect(readdirSync(directory.path)).toHaveLength(65);
  });
});
