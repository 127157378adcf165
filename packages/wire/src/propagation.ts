export type { MutableTraceContext } from './propagation/trace-context.ts';
export { formatSpanId, formatTraceId128, formatTraceparent, parseTraceparent } from './propagation/traceparent.ts';
export { formatB3Single, parseB3Multi, parseB3Single } from './propagation/b3.ts';
export { formatTracerState, isTracerState, parseTracerState } from './propagation/basictracer-binary.ts';
export { formatTraceId64, parseOtTracer } from './propagation/basictracer.ts';
export { formatBinaryContext, maxBinaryContextLength, parseBinaryContext } from './propagation/binary.ts';
export type { BaggageLoss } from './propagation/baggage-text.ts';
export { formatBaggage, parseBaggage } from './propagation/baggage.ts';
export { type BaggageForm, formatBaggageItems, parseBaggageItems } from './propagation/baggage-items.ts';
export { type DatadogHeaders, formatDatadog, parseDatadog } from './propagation/datadog.ts';
export { formatUberTraceId, isJaegerDebugId, jaegerBaggageItems, parseUberTraceId } from './propagation/jaeger.ts';
export {
  normalizeTraceState,
  otRandomValue,
  otThreshold,
  withOtRandomValue,
  withOtThreshold,
} from './propagation/trace-state.ts';
export { formatXray, parseXray } from './propagation/xray.ts';
