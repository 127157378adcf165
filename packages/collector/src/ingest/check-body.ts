import { WireFormatError } from '@spanwise/wire';

import type { CheckedBody } from '../formats/body-codec.ts';
import { bodyCodec } from '../formats/body-codecs.ts';

/** A body that does not decode, and why. */
export interface MalformedBody {
  readonly malformed: string;
}

/** Finds out what of a body can be kept. `format` is the id of its codec. */
export function checkBody(format: number, bytes: Uint8Array): CheckedBody | MalformedBody {
  const codec = bodyCodec(format);
  try {
    return codec.check(bytes);
  } catch (error) {
    if (error instanceof WireFormatError) return { malformed: error.message };
    // The stack or a size limit of the engine: whatever such a body is, it is the sender's, and the next one is well.
    if (error instanceof RangeError) return { malformed: `the body is beyond what can be read: ${error.message}` };
    throw error;
  }
}
