import { parseTraceId } from '@spanwise/wire';
import type { TraceIdWords } from '@spanwise/wire';

import { RefusedRequest } from '../../http/refused-request.ts';

/** @throws {RefusedRequest} for what is no trace id of 1 to 32 hex digits. */
export function zipkinTraceId(text: string): TraceIdWords {
  const trimmed = text.trim();
  const id = parseTraceId(trimmed);
  if (id !== undefined) return id;
  if (trimmed === '') throw refuse('traceId is empty');
  if (trimmed.length > 32) throw refuse(`traceId should be at most 32 characters, ${trimmed} has ${trimmed.length}`);
  throw refuse(`${trimmed} should be lower-hex encoded with no prefix, and not all zeros`);
}

/**
 * The ids of `traceMany`.
 *
 * @throws {RefusedRequest} for none, only one, one given twice, or one that is no id.
 */
export function zipkinTraceIds(text: string | undefined): TraceIdWords[] {
  if (text === undefined || text.trim() === '') throw refuse('traceIds parameter is empty');
  const seen = new Map<string, TraceIdWords>();
  for (const part of text.split(',')) {
    const id = zipkinTraceId(part);
    const key = id.join();
    if (seen.has(key)) throw refuse(`redundant traceId: ${part.trim()}`);
    seen.set(key, id);
  }
  if (seen.size === 1) throw refuse('Use /api/v2/trace/{traceId} endpoint to retrieve a single trace');
  return [...seen.values()];
}

function refuse(message: string): RefusedRequest {
  return new RefusedRequest('invalid-parameter', message);
}
