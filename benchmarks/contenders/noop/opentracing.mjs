import { createRequire } from 'node:module';

import { noopLife } from './life.mjs';

const require = createRequire(import.meta.url);

export async function prepare() {
  const { Tracer } = require('opentracing');
  return {
    versions: { opentracing: require('opentracing/package.json').version },
    operation: noopLife(new Tracer()),
  };
}
