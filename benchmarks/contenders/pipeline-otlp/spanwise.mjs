import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';

import { spanwiseLife } from '../spanwise-life.mjs';

const batch = 512;

/** Encodes when a span finishes, as the tracer's reporter does; a body is taken at 512 spans. */
export async function prepare() {
  let bytes = 0;
  const encoder = new OtlpProtobufEncoder();
  const life = spanwiseLife({
    finish(record) {
      encoder.add(record);
      if (encoder.spanCount === batch) bytes = (bytes + encoder.take().byteLength) | 0;
    },
  });
  return {
    operation() {
      life();
      return bytes;
    },
  };
}
