import { jaegerClientLife, versions } from '../jaeger-client-life.mjs';

export async function prepare() {
  const life = jaegerClientLife(() => {}, false);
  let last = life();
  return {
    versions,
    operation() {
      last = life();
      return last.context().spanId[7];
    },
  };
}
