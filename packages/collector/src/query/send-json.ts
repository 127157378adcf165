import type { FastifyReply } from 'fastify';

/** Answers with bytes that are JSON already. */
export function sendJson(reply: FastifyReply, bytes: Uint8Array): FastifyReply {
  return sendBytes(reply, 'application/json; charset=utf-8', bytes);
}

/** Answers with bytes of a media type. */
export function sendBytes(reply: FastifyReply, type: string, bytes: Uint8Array): FastifyReply {
  return reply.type(type).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
