/** How long one value may be, and how often that was too short. One object for a tracer. */
export interface ValueLimit {
  /** UTF-16 units of a text, or bytes of a binary value. */
  readonly maxLength: number;
  /** Texts and bytes that were cut, and values of which members were left out. `tracer.stats().cutValues`. */
  cuts: number;
}
