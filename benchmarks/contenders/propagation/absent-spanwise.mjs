import { requests } from './headers.mjs';
import { spanwiseExtract } from './spanwise.mjs';

/** All formats that the tracer reads unless told otherwise, and none of them is there. */
export async function prepare() {
  return {
    operation: spanwiseExtract(
      undefined,
      requests(() => ({ accept: 'a/b' })),
    ),
  };
}
