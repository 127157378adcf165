import { same } from './conformance-case.ts';
import type { SpanContext, Tracer } from './contract.ts';

/**
 * Requires that a context which lost a part on the way is none: one with a trace id and no span id makes children of
 * nobody. What is lost is each entry of the carrier in turn, and the end of each value, wherever it is cut.
 *
 * @param format one whose carriers hold text
 * @internal
 */
export function expectNoHalves(injecting: Tracer, extracting: Tracer, format: string): void {
  const context = injecting.startSpan('Bender').context();
  const carrier: Record<string, string> = {};
  injecting.inject(context, format, carrier);
  const whole = idsOf(context);
  for (const [key, value] of Object.entries(carrier)) {
    const { [key]: _, ...rest } = carrier;
    const left = idsOf(extracted(extracting, format, rest));
    if (left !== nothing) same(left, whole, `the ids extracted from ${format} without its entry ${key}`);
    for (let length = 0; length < value.length; length++) {
      const cut = extracted(extracting, format, { ...rest, [key]: value.slice(0, length) });
      const isHalf = cut !== null && !cut.toTraceId() !== !cut.toSpanId();
      same(isHalf, false, `half a context is extracted from ${format}, with ${key} cut after ${length} characters`);
    }
  }
}

const nothing = ' ';

/** The no-op gives its own context, whose ids are empty: none. */
function idsOf(context: SpanContext | null): string {
  return `${context?.toTraceId() ?? ''} ${context?.toSpanId() ?? ''}`;
}

/** Strict tracers throw at what is damaged. */
function extracted(tracer: Tracer, format: string, carrier: object): SpanContext | null {
  try {
    return tracer.extract(format, carrier);
  } catch (error) {
    if ((error as Error).name === 'SpanContextCorruptedException') return null;
    throw error;
  }
}
