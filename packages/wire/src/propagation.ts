export type { MutableTraceContext } from './propagation/trace-context.ts';
export { formatSpanId, formatTraceId128, formatTraceparent, parseTraceparent } from './propagation/traceparent.ts';
export { formatB3Single, parseB3Multi, parseB3Single } from './propagation/b3.ts';
export { formatBinaryContext, maxBinaryContextLength, parseBinaryContext } from './propagation/binary.ts';
export { formatBaggage, parseBaggage } from './propagation/baggage.ts';
export {
  normalizeTraceState,
  otRandomValue,
  otThreshold,
  withOtRandomValue,
  withOtThreshold,
} from './propagation/trace-state.ts';
