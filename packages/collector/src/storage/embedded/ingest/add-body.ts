import { BodyFormat } from '../../span-store.ts';
import type { Generation } from '../hot/generation.ts';
import { addOtlpSpans } from '../hot/otlp-row-reader.ts';
import { decodeBody } from './decode-body.ts';

/**
 * Adds the spans of a body to a generation; answers how many.
 *
 * @throws when the body does not decode; of OTLP protobuf the spans before the fault are added then.
 */
export function addBody(generation: Generation, format: BodyFormat, bytes: Uint8Array): number {
  if (format === BodyFormat.otlpProtobuf) return addOtlpSpans(generation, bytes);
  const spans = decodeBody(format, bytes);
  for (const span of spans) generation.add(span);
  return spans.length;
}
