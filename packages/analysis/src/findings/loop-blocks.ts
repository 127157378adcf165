import { attributeOf } from '@spanwise/wire/span-record';
import type { SpanEvent } from '@spanwise/wire/span-record';
import type { Stretch } from './stretch.ts';
import { numberOf } from './tag-of.ts';
import type { TraceEvidence } from './trace-evidence.ts';

/** What `NodeRuntimeProbe` logs for a block. */
const blockEvent = 'event loop blocked';

/** One piece of time in which the event loop of a local root's process gave nothing a turn, within that root. */
export interface LoopBlock extends Stretch {
  /** All of the block, also what lies outside of the root. */
  readonly millis: number;
  /** Processor time that was used meanwhile; `undefined` where the log does not tell. */
  readonly cpuMillis: number | undefined;
}

/** The blocks that the span has logs of, as they come; those outside of its time are of no length. */
export function loopBlocks(trace: TraceEvidence, index: number): LoopBlock[] {
  const whole = trace.stretch(index);
  return trace.tree.spans[index]!.events.flatMap((event) => {
    const millis = fieldOf(event, 'duration_ms') ?? 0;
    if (!(millis > 0)) return [];
    const start = offsetOf(trace, event);
    const within = (moment: number): number => Math.min(Math.max(moment, whole.start), whole.end);
    const stretch = { start: within(start), end: within(start + millis * 1e6) };
    return [{ ...stretch, millis, cpuMillis: fieldOf(event, 'cpu_ms') }];
  });
}

/** Zipkin has no fields: there the log is one text. */
function fieldOf({ name, attributes }: SpanEvent, field: string): number | undefined {
  if (name === blockEvent) return numberOf(attributeOf(attributes, field));
  if (!name.startsWith(`${blockEvent} `)) return undefined;
  const word = name.split(' ').find((part) => part.startsWith(`${field}=`));
  return numberOf(word?.slice(field.length + 1));
}

function offsetOf({ tree }: TraceEvidence, { timeMicros, timeNanos }: SpanEvent): number {
  return (timeMicros - tree.originMicros) * 1000 + timeNanos;
}
