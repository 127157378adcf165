/**
 * Content types of answers that take as long as their receiver does or as there is news: events, parts that replace each other, lines, media,
 * downloads.
 */
const lasting =
  /^(?:text\/event-stream|multipart\/x-mixed-replace|application\/(?:(?:x-)?ndjson|(?:x-)?jsonl|json-seq|stream\+json|octet-stream|zip)|video\/|audio\/)/i;

/** The type without its parameters when it says that the answer lasts; `undefined` for all others, which need no tag. */
export function lastingType(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !lasting.test(contentType)) return undefined;
  return contentType.split(';', 1)[0]!.trim().toLowerCase();
}
