import { Tracer } from '@spanwise/opentracing';

import { noopLife } from './life.mjs';

export async function prepare() {
  return { operation: noopLife(new Tracer()) };
}
