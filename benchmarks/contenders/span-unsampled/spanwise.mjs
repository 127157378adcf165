import { constantSampler, parentBased } from '@spanwise/tracer';

import { spanwiseLife } from '../spanwise-life.mjs';

export async function prepare() {
  const neverCalled = { finish: (record) => (last = record) };
  const life = spanwiseLife(neverCalled, { sampler: parentBased(constantSampler(false)) });
  // Kept, so that no span can be optimised away.
  let last = life();
  return {
    operation() {
      last = life();
      return last.spanId0;
    },
  };
}
