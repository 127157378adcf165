import type { Tracer } from '../contract.ts';

// A span without a tracer answers `tracer()` with the no-op tracer, and the no-op tracer starts such spans: the slot
// breaks that circle between the two modules.
let noopTracer: Tracer | null = null;

/** The no-op tracer; `null` only in a program that never loads the tracer module. */
export function noopTracerSlot(): Tracer | null {
  return noopTracer;
}

/** Called once, by the tracer module. */
export function fillNoopTracerSlot(tracer: Tracer): void {
  noopTracer = tracer;
}
