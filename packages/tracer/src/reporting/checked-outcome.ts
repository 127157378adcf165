import { textOf } from '../attribute-value.ts';
import type { TransportOutcome } from './transport.ts';

/**
 * The outcome as the type says, whatever a transport of somebody else gave. What is no outcome counts as refused: whether
 * anything arrived, nobody knows, and sending it again may make two of it. Throws what its getters throw.
 */
export function checkedOutcome(given: unknown): TransportOutcome {
  const { kind, message, rejectedSpans, retryAfterMillis } = (given ?? {}) as Readonly<Record<string, unknown>>;
  const said = message === undefined ? '' : textOf(message);
  if (kind === 'handed-off') return { kind };
  if (kind === 'delivered') return { kind, rejectedSpans: finiteOr(0, rejectedSpans), message: said };
  if (kind === 'retry') return { kind, message: said, retryAfterMillis: finiteOr(undefined, retryAfterMillis) };
  return { kind: 'refused', message: kind === 'refused' ? said : 'the transport gave no outcome' };
}

function finiteOr<Fallback>(fallback: Fallback, value: unknown): number | Fallback {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}
