import { FORMAT_TEXT_MAP } from '../constants.ts';
import type { SpanContext, Tracer } from '../contract.ts';
import { baggageOf } from '../baggage-of.ts';
import { globalTracer } from '../global_tracer.ts';
import { contextOf } from '../internal/context-of.ts';
import { noopSpanContext, SpanContext as SpanContextClass } from '../span_context.ts';
import type { SendOptions } from './options.ts';

/** A context as text: survives structured clone and JSON. */
export type ContextCarrier = Record<string, string>;

/** The context to hand over, or `null` when there is none. Never throws: the message matters more than its trace. */
export function writeCarrier({ tracer = globalTracer(), context }: SendOptions): ContextCarrier | null {
  try {
    // A tracer that does not extend the base class of this package has no scope manager.
    const source = context === undefined ? (tracer as Partial<Tracer>).scopeManager?.activeParent : context;
    if (source === null || source === undefined) return null;
    const spanContext = contextOf(source);
    if (spanContext === noopSpanContext) return null;
    const carrier = {};
    tracer.inject(spanContext, FORMAT_TEXT_MAP, carrier);
    return textsOf(carrier);
  } catch {
    return null;
  }
}

/** The context in a carrier that came from elsewhere; `null` for anything that is none. Never throws. */
export function readCarrier(
  carrier: unknown,
  tracer: Tracer = globalTracer(),
  format: string = FORMAT_TEXT_MAP,
): SpanContext | null {
  try {
    // Its own copy: who sent it may be a program of any kind, and tracers expect plain objects of strings.
    const texts = typeof carrier === 'object' && carrier !== null ? textsOf(carrier) : null;
    const context = texts === null ? null : tracer.extract(format, texts);
    return context === noopSpanContext || !context || isEmpty(context) ? null : context;
  } catch {
    return null;
  }
}

/** jaeger-client gives a context without ids for a damaged one. */
function isEmpty(context: SpanContext): boolean {
  // Classes for older versions of npm opentracing inherit methods that give '' for every context.
  const own: object | null = Object.getPrototypeOf(context);
  if (own === SpanContextClass.prototype || own === null || !Object.hasOwn(own, 'toTraceId')) return false;
  return context.toTraceId() === '' && context.toSpanId() === '' && Object.keys(baggageOf(context)).length === 0;
}

function textsOf(carrier: object): ContextCarrier | null {
  const entries = Object.entries(carrier).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return entries.length === 0 ? null : Object.fromEntries(entries);
}
