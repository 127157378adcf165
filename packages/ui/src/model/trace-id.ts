/**
 * Finds a trace id in what somebody pasted: bare (16 or 32 hex digits, either case), inside a `traceparent` or `b3`
 * header, a `uber-trace-id`, or as the `/trace/…` part of an address. Returns it in lower case, or `undefined`.
 */
export function findTraceId(text: string): string | undefined {
  const trimmed = text.trim().toLowerCase();
  if (/^[0-9a-f]{1,32}$/.test(trimmed)) return trimmed.length >= 12 && !isZero(trimmed) ? trimmed : undefined;
  const found =
    /(?:^|\b)00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}\b/.exec(trimmed) ??
    /\/traces?\/([0-9a-f]{12,32})\b/.exec(trimmed) ??
    /^([0-9a-f]{12,32})-[0-9a-f]{16}(?:-[01d](?:-[0-9a-f]{16})?)?$/.exec(trimmed) ??
    /^([0-9a-f]{12,32}):[0-9a-f]{1,16}:[0-9a-f]{1,16}:[0-9a-f]{1,2}$/.exec(trimmed) ??
    /\b([0-9a-f]{32})\b/.exec(trimmed);
  const id = found?.[1];
  return id === undefined || isZero(id) ? undefined : id;
}

function isZero(id: string): boolean {
  return /^0+$/.test(id);
}
