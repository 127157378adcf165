/**
 * The header (in MQTT a user property) in which a producer says when the application published a message: milliseconds
 * since 1970 in decimal digits, by the producer's clock. It is written together with a context only.
 */
export const PUBLISH_TIME_HEADER = 'spanwise-published-at';

/**
 * How long a message waited between producer and consumer, in milliseconds, for the tag `message_bus.wait_ms`; in a
 * client that was offline, in the broker, or on the way. `undefined` when the header is no such time, and when it lies
 * after `now`: then the clocks differ by more than the message waited, and no number would be true.
 *
 * @param header what the message has under `PUBLISH_TIME_HEADER`
 * @param now the consumer's clock, in milliseconds since 1970
 */
export function waitedMillis(header: unknown, now: number): number | undefined {
  // Sixteen digits: every time that a number holds exactly.
  if (typeof header !== 'string' || !/^\d{1,16}$/.test(header)) return undefined;
  const wait = now - Number(header);
  return wait >= 0 ? wait : undefined;
}
