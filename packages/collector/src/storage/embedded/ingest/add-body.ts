import { bodyCodec } from '../../../formats/body-codecs.ts';
import { BodyFormat } from '../../../formats/body-format.ts';
import type { Generation } from '../hot/generation.ts';
import { addOtlpSpans } from '../hot/otlp-row-reader.ts';

/**
 * Adds the spans of a body to a generation; answers how many.
 *
 * @throws when the body does not decode; of OTLP protobuf the spans before the fault are added then.
 */
export function addBody(generation: Generation, format: number, bytes: Uint8Array): number {
  if (format === BodyFormat.otlpProtobuf) return addOtlpSpans(generation, bytes);
  const spans = bodyCodec(format).decode(bytes);
  for (const span of spans) generation.add(span);
  return spans.length;
}
