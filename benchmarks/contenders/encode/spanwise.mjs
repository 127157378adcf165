import { batch } from './exchanges.mjs';
import { spanwiseSpans } from './spanwise-spans.mjs';

/** Puts 512 finished spans into a body. */
export function encoding(encoder) {
  const spans = spanwiseSpans();
  return {
    unitsPerOperation: batch,
    operation() {
      for (const span of spans) encoder.add(span);
      return encoder.take().byteLength;
    },
  };
}
