import type { SpanOptions } from '../contract.ts';
import { SPAN_KIND, SPAN_KIND_MESSAGING_CONSUMER, SPAN_KIND_RPC_SERVER } from '../ext/tags.ts';

/**
 * Whether a span is a root because it is meant to be, or no root at all: it names a parent, or wants none, or is where
 * something comes in from outside.
 */
export function isStartedOnPurpose(options: SpanOptions | null | undefined): boolean {
  if (!options) return false;
  const { childOf, references, ignoreActiveSpan, tags } = options;
  if (childOf || ignoreActiveSpan === true) return true;
  if (references?.some((reference) => reference?.referencedContext())) return true;
  const kind: unknown = tags?.[SPAN_KIND];
  return kind === SPAN_KIND_RPC_SERVER || kind === SPAN_KIND_MESSAGING_CONSUMER;
}
