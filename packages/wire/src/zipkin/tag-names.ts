/* What Zipkin alone has; see also `foreign-tags.ts`. */

/** Followed by the link's index from 0; the value is `traceId-spanId`. */
export const linkTagPrefix = 'link.';

/** The record's name for Zipkin's kinds; no kind is `unspecified`. */
export const kindNames: readonly (string | undefined)[] = [
  undefined,
  undefined,
  'SERVER',
  'CLIENT',
  'PRODUCER',
  'CONSUMER',
];
