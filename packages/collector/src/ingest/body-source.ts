import type { ByteShare } from './byte-budget.ts';

export interface BodyLimits {
  /** Of the body as it travels and again once decompressed. */
  readonly limitBytes: number;
  /** From the headers to the last byte. */
  readonly timeoutMillis: number;
}

/**
 * Gives a body, whole and decompressed, however it comes. What it holds in memory is counted in `share`, which stays the
 * caller's to release.
 *
 * @throws {RefusedRequest} for what is too large, too slow, too much at once or malformed.
 */
export type BodySource = (limits: BodyLimits, share: ByteShare) => Promise<Buffer>;
