import type { SpanRecord } from '@spanwise/wire';
import { SpanKind, SpanStatus } from '@spanwise/wire';

import { cut, textOf } from './attribute-value.ts';
import { isError } from './internal/is-error.ts';
import { propertyOf } from './internal/property-of.ts';
import type { ValueLimit } from './internal/value-limit.ts';

/** The part of a record that standard tags fill. */
export type StandardFields = { -readonly [Key in 'kind' | 'status' | 'statusMessage']: SpanRecord[Key] };

/**
 * Applies the tags that are fields of a record: `span.kind` and `error`. False for every other key, and for a kind that
 * does not exist, which then stays a tag.
 *
 * `error` takes more than the specification's boolean, because applications give more: `'true'` and `'false'` are meant
 * as such, any other text and an `Error` become the status message, cut at the limit. Never throws.
 */
export function applyStandardTag(fields: StandardFields, key: string, value: unknown, limit: ValueLimit): boolean {
  if (key === 'error') {
    applyError(fields, value, limit);
    return true;
  }
  if (key !== 'span.kind') return false;
  const kind = kindOf(value);
  if (kind === SpanKind.unspecified) return false;
  fields.kind = kind;
  return true;
}

function kindOf(value: unknown): SpanKind {
  switch (value) {
    case 'server':
      return SpanKind.server;
    case 'client':
      return SpanKind.client;
    case 'producer':
      return SpanKind.producer;
    case 'consumer':
      return SpanKind.consumer;
    case 'internal':
      return SpanKind.internal;
    default:
      return SpanKind.unspecified;
  }
}

function applyError(fields: StandardFields, value: unknown, limit: ValueLimit): void {
  const hasError = value !== 'false' && Boolean(value);
  fields.status = hasError ? SpanStatus.error : SpanStatus.unset;
  fields.statusMessage = hasError ? cut(messageOf(value), limit) : '';
}

function messageOf(value: unknown): string {
  if (typeof value === 'string') return value === 'true' ? '' : value;
  return isError(value) ? textOf(propertyOf(value, 'message') ?? '') : '';
}
