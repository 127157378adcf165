import { spanIdHex, traceIdHex } from '@spanwise/wire';
import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import type { SpanRecord } from '@spanwise/wire/span-record';

import { bodyCodecs } from '../../../formats/body-codecs.ts';
import type { QuarantineOutcome } from './quarantine.ts';
import { keepInQuarantine } from './quarantine.ts';

/**
 * Keeps an acknowledged span that fits into no segment, as a body that can be sent again. Its name is made of what the span
 * is known by: after a crash the same span comes here again and takes the same place.
 */
export function quarantineSpan(directory: string, span: SpanRecord): QuarantineOutcome {
  const { kind, shared, startMicros, startNanos } = span;
  const key = [traceIdHex(span), spanIdHex(span), kind, Number(shared), startMicros, startNanos].join('-');
  try {
    const encoder = new OtlpProtobufEncoder();
    encoder.add(span);
    return keepInQuarantine(directory, `${key}.${bodyCodecs.otlpProtobuf.extension}`, encoder.take());
  } catch (error) {
    return { kept: false, text: `dropped: ${error instanceof Error ? error.message : String(error)}` };
  }
}
