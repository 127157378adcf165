/**
 * Where ids come from: random 32-bit words. A trace id takes four, a span id two; a word is asked for a few times a
 * span, so an implementation draws many at once.
 *
 * - Every call gives a signed 32-bit integer (`| 0`), all 2^32 of them equally likely.
 * - Two sources, and two processes, never give the same sequence, except where a seed asks for it.
 */
export interface IdSource {
  /**
   * The next word, signed. It must not throw; if it does, the tracer counts it (`stats().idErrors`) and asks the
   * system's generator.
   */
  nextWord(): number;
}
