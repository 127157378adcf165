import { type Baggage, PageSpanContext } from './span-context.ts';

/** Version, trace id, span id, flags; what follows is for later versions than 00. Neither id is zero. */
const TRACEPARENT =
  /^(?!ff)(?:00(?=.{53}$)|(?!00)[\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:$|-)/;

/** Longest value of the `baggage` header that is written (W3C Baggage asks receivers for at least as much). */
const MAX_BAGGAGE_LENGTH = 8192;

/**
 * The context that a W3C `traceparent` names, or `undefined` for one that is malformed: as `parseTraceparent` of
 * `@spanwise/wire`, in a tenth of its size.
 */
export function contextFrom(
  traceparent: string | null | undefined,
  traceState?: string | null,
  baggage?: string | null,
): PageSpanContext | undefined {
  const match = TRACEPARENT.exec(traceparent ?? '');
  if (match === null) return undefined;
  const [, traceId, spanId, flags] = match as unknown as [string, string, string, string];
  return new PageSpanContext(
    traceId,
    spanId,
    Number.parseInt(flags, 16) & 3,
    traceState ?? '',
    baggageFrom(baggage ?? ''),
  );
}

/** Names and values: `traceparent`, and `tracestate` and `baggage` where there is something to say. */
export function headersOf(context: PageSpanContext): [name: string, value: string][] {
  const headers: [string, string][] = [
    ['traceparent', `00-${context.toTraceId()}-${context.toSpanId()}-0${context.flags}`],
    ['tracestate', context.traceState],
    ['baggage', baggageText(context.baggage)],
  ];
  return headers.filter(([, value]) => value !== '');
}

function baggageText(baggage: Baggage): string {
  let text = '';
  for (const key in baggage) {
    const item = `${text && ','}${encodeURIComponent(key)}=${encodeURIComponent(baggage[key]!)}`;
    if (text.length + item.length <= MAX_BAGGAGE_LENGTH) text += item;
  }
  return text;
}

/** Items that cannot be read are left out; properties behind a semicolon are dropped. */
function baggageFrom(text: string): Baggage {
  const baggage: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const item of text.split(',')) {
    const [pair] = item.split(';');
    const [key, ...value] = pair!.split('=');
    try {
      if (value.length > 0) baggage[decodeURIComponent(key!.trim())] = decodeURIComponent(value.join('=').trim());
    } catch {
      // A broken escape: the others may be whole.
    }
  }
  return baggage;
}
