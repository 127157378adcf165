import type * as opentracing from 'opentracing';

// A library that does not fit: found only because libraries are checked, too.
export interface Broken extends opentracing.Tracer {
  startSpan(name: number): string;
}
