export { b3Multi } from './propagation/b3-multi.ts';
export { b3Single } from './propagation/b3-single.ts';
export { basictracer } from './propagation/basictracer.ts';
export { datadog } from './propagation/datadog.ts';
export { jaeger } from './propagation/jaeger.ts';
export type {
  Baggage,
  BinaryFormat,
  ExtractionResult,
  ExtractionTarget,
  FieldWriter,
  PropagatedContext,
  Propagator,
} from './propagation/propagator.ts';
export { w3cBaggage } from './propagation/w3c-baggage.ts';
export { w3cTraceContext } from './propagation/w3c.ts';
export { xray } from './propagation/xray.ts';
