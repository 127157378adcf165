import type { Opening } from './debug-opening.ts';

/**
 * How work without a span hangs together with a span:
 * - `scheduled`: it was scheduled while a scope was open that was closed before the work ran;
 * - `resolved`: it waited for a promise that was resolved under the span.
 */
export type LossKind = 'scheduled' | 'resolved';

/** The last place on the way to some work where a span was active. @internal */
export interface Loss {
  how: LossKind;
  /** The kind of asynchronous resource, such as `PROMISE`, `Timeout` or `TCPWRAP`. */
  type: string;
  opening: Opening;
  at: string;
}

/** Where the asynchronous work that runs now came from. @internal */
export interface Origin {
  type: string;
  /** The stack of what scheduled it. */
  scheduledAt: string;
  /** Whether it runs in what came on a connection that this process has opened, or was begun there. */
  answers: boolean;
  loss: Loss | null;
}

/** What is known where work is scheduled. @internal */
export interface Surroundings {
  /** The scope that is active here. */
  active(): Opening | null;
  /** Whether this runs in `runDetached`, as far as that can be seen from here. */
  detached(): boolean;
}

/** Knows the causes of asynchronous work: `AsyncCauses` of `./debug-node` on Node. */
export interface CauseTracker {
  /** @internal */
  start(surroundings: Surroundings): void;
  /** @internal */
  stop(): void;
  /** Of what runs now; `null` when that is not known. @internal */
  origin(): Origin | null;
  /** Whether what runs now was begun in `runDetached`. @internal */
  isDetached(): boolean;
}
