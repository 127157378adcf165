export { b3Multi } from './propagation/b3-multi.ts';
export { b3Single } from './propagation/b3-single.ts';
export type {
  Baggage,
  ExtractionResult,
  ExtractionTarget,
  FieldWriter,
  PropagatedContext,
  Propagator,
} from './propagation/propagator.ts';
export { w3cBaggage } from './propagation/w3c-baggage.ts';
export { w3cTraceContext } from './propagation/w3c.ts';
