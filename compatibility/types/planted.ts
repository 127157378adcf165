import * as opentracing from 'opentracing';

import type { Broken } from './planted-library.d.ts';

// One mistake here and one in the library; the compiler has to find both, and nothing else.
export const spanId: number = opentracing.globalTracer().startSpan('a').context().toSpanId();
export type Taken = Broken;
