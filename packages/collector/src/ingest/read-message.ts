import type { IncomingHttpHeaders } from 'node:http2';
import type { Readable } from 'node:stream';

import { RefusedRequest } from '../http/refused-request.ts';
import type { BodySource } from './body-source.ts';
import { collectBytes } from './collect-bytes.ts';
import { decompress } from './decompress.ts';

/** One byte that says whether the message is compressed, and its length in four. */
const prefixBytes = 5;

/** A `GrpcCall`, as far as its message is concerned. */
interface MessageStream {
  readonly stream: Readable;
  readonly headers: IncomingHttpHeaders;
}

/** The one message of a gRPC call. A call that is cut off, or that sends none or several, is malformed. */
export function messageOf({ stream, headers }: MessageStream): BodySource {
  return async (limits, share) => {
    const framed = await collectBytes(stream, limits, share, prefixBytes);
    const [isCompressed, message] = unframed(framed);
    const encoding = headers['grpc-encoding']?.toString();
    if (isCompressed && encoding === undefined)
      throw malformed('the message is compressed and grpc-encoding is absent');
    const plain = await decompress(message, isCompressed ? encoding : undefined, limits.limitBytes);
    if (plain !== message) share.add(plain.length);
    return plain;
  };
}

function unframed(framed: Buffer): [isCompressed: boolean, message: Buffer] {
  if (framed.length < prefixBytes)
    throw malformed(`the call ended after ${framed.length} bytes, within the prefix of its message`);
  const flag = framed[0]!;
  if (flag > 1) throw malformed(`the message begins with ${flag} where 0 says plain and 1 compressed`);
  const claimed = framed.readUInt32BE(1);
  const message = framed.subarray(prefixBytes);
  if (claimed > message.length) throw malformed(`the message claims ${claimed} bytes and ${message.length} came`);
  if (claimed < message.length) throw malformed(`${message.length - claimed} bytes follow the one message`);
  return [flag === 1, message];
}

function malformed(message: string): RefusedRequest {
  return new RefusedRequest('malformed-body', message);
}
