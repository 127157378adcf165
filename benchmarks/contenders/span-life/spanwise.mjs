import { spanwiseLife } from '../spanwise-life.mjs';

export async function prepare() {
  let sum = 0;
  const life = spanwiseLife({ finish: (record) => (sum = (sum + record.spanId0 + record.name.length) | 0) });
  return {
    operation() {
      life();
      return sum;
    },
  };
}
