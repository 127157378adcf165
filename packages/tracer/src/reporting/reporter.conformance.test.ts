import type { SpanEncoder, SpanRecord } from '@spanwise/wire';
import { decodeOtlpJson, decodeOtlpProtobuf } from '@spanwise/wire/otlp/decode';
import { OtlpJsonEncoder, OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import { decodeZipkinJson } from '@spanwise/wire/zipkin/decode';
import { ZipkinJsonEncoder } from '@spanwise/wire/zipkin/encode';
import { describe, it } from 'vitest';

import { delivered, ManualTransport } from '../fixtures/manual-transport.ts';
import { silentLogger } from '../logger.ts';
import { batchReporter } from './batch-reporter.ts';
import { InMemoryRecorder } from './in-memory-recorder.ts';
import { recorderCases, reporterCases } from './reporter.conformance.ts';
import type { TransportOutcome, TransportRequest } from './transport.ts';

/** A backend that takes everything. */
class Taking extends ManualTransport {
  override send(request: TransportRequest): Promise<TransportOutcome> {
    const outcome = super.send(request);
    void this.answer(delivered);
    return outcome;
  }
}

type Decode = (body: Uint8Array) => { readonly spans: readonly SpanRecord[] };

const formats: readonly [name: string, create: () => SpanEncoder, decode: Decode][] = [
  ['OTLP protobuf', () => new OtlpProtobufEncoder(), decodeOtlpProtobuf],
  ['OTLP JSON', () => new OtlpJsonEncoder(), decodeOtlpJson],
  ['Zipkin JSON', () => new ZipkinJsonEncoder(), decodeZipkinJson],
];

for (const [name, create, decode] of formats) {
  const cases = reporterCases(() => {
    const transport = new Taking();
    const arrived = (): string[] => transport.sent.flatMap(({ body }) => decode(body).spans.map((span) => span.name));
    return { recorder: batchReporter({ encoder: create(), transport, logger: silentLogger }), arrived };
  });
  describe(`batchReporter with ${name} as a Reporter`, () => {
    for (const requirement of cases) it(requirement.name, requirement.run);
  });
}

describe('InMemoryRecorder as a Recorder', () => {
  const cases = recorderCases(() => {
    const recorder = new InMemoryRecorder();
    return { recorder, arrived: () => recorder.records.map((span) => span.name) };
  });
  for (const { name, run } of cases) it(name, run);
});
