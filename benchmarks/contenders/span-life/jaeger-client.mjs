import { jaegerClientLife, versions } from '../jaeger-client-life.mjs';

export async function prepare() {
  let sum = 0;
  const life = jaegerClientLife((span) => (sum = (sum + span.context().spanId[7] + span.operationName.length) | 0));
  return {
    versions,
    operation() {
      life();
      return sum;
    },
  };
}
