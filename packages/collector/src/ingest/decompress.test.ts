import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { RefusedRequest } from '../http/refused-request.ts';
import { decompress } from './decompress.ts';

const text = Buffer.from('spans '.repeat(100));

async function refusal(bytes: Buffer, encoding: string, limit = 10_000): Promise<RefusedRequest> {
  const error: unknown = await decompress(bytes, encoding, limit).catch((reason: unknown) => reason);
  if (!(error instanceof RefusedRequest)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

describe('decompressing', () => {
  it.each([
    ['gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['gzip', Buffer.concat([gzipSync(text.subarray(0, 300)), gzipSync(text.subarray(300))])],
  ])('reads %s', async (encoding, bytes) => expect(await decompress(bytes, encoding, 10_000)).toEqual(text));

  it.each([undefined, '', 'identity'])('passes %s on without a copy', async (encoding) =>
    expect(await decompress(text, encoding, 10_000)).toBe(text),
  );

  it('takes what comes out at the limit and refuses one byte more', async () => {
    expect(await decompress(gzipSync(text), 'gzip', text.length)).toEqual(text);
    expect((await refusal(gzipSync(text), 'gzip', text.length - 1)).code).toBe('body-too-large');
  });

  it.each([1, 10, 15])('refuses gzip that ends %i bytes early', async (missing) => {
    const whole = gzipSync(text);
    const refused = await refusal(whole.subarray(0, whole.length - missing), 'gzip');
    expect(refused).toMatchObject({
      code: 'malformed-body',
      message: expect.stringContaining('Cannot gunzip') as string,
    });
  });

  it('refuses gzip whose checksum is wrong', async () => {
    const bytes = gzipSync(text);
    bytes[bytes.length - 5]! ^= 1;
    expect((await refusal(bytes, 'gzip')).code).toBe('malformed-body');
  });

  it('refuses what is no gzip, and encodings that it does not know', async () => {
    expect((await refusal(text, 'gzip')).code).toBe('malformed-body');
    expect(await refusal(text, 'br')).toMatchObject({
      status: 415,
      message: expect.stringContaining('"br"') as string,
    });
  });
});
