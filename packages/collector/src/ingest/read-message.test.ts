import { Readable } from 'node:stream';

import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { RefusedRequest } from '../http/refused-request.ts';
import { ByteBudget } from './byte-budget.ts';
import { messageOf } from './read-message.ts';

const limits = { limitBytes: 40, timeoutMillis: 10_000 };

/** Reads bytes that come in these chunks; what was wrong instead of the message, and what the budget says meanwhile. */
async function read(chunks: readonly Uint8Array[]): Promise<{ message: Buffer | string; usedBytes: number }> {
  const budget = new ByteBudget(1_000);
  const stream = Readable.from(
    chunks.map((chunk) => Buffer.from(chunk)),
    { objectMode: false },
  );
  const share = budget.open();
  const message = await messageOf({ stream, headers: {} })(limits, share).catch((error: unknown) => {
    expect(error).toBeInstanceOf(RefusedRequest);
    return (error as Error).message;
  });
  const { usedBytes } = budget;
  share.release();
  expect(budget.usedBytes).toBe(0);
  return { message, usedBytes };
}

function framed(message: Uint8Array): Uint8Array {
  return Uint8Array.from([0, 0, 0, 0, message.length, ...message]);
}

/** Cuts at these places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at
    .slice(1)
    .map((end, index) => bytes.subarray(at[index], end))
    .filter((chunk) => chunk.length > 0);
}

const places = fc.array(fc.nat({ max: 100 }), { maxLength: 5 });

it('gives a message up to the limit however it is cut, counts it, and refuses a longer one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 50 }), places, async (message, cuts) => {
      const result = await read(cut(framed(message), cuts));
      if (message.length <= 40) {
        expect(result).toEqual({ message: Buffer.from(message), usedBytes: message.length + 5 });
      } else expect(result.message).toContain('larger than 40 bytes');
    }),
  );
});

it('reads any bytes or refuses them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 45 }), places, async (bytes, cuts) => {
      const { message } = await read(cut(bytes, cuts));
      const isWhole = bytes.length >= 5 && bytes[0] === 0 && Buffer.from(bytes).readUInt32BE(1) === bytes.length - 5;
      expect(typeof message).toBe(isWhole ? 'object' : 'string');
    }),
  );
});
