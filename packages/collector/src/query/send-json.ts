import type { FastifyReply } from 'fastify';

/** Answers with bytes that are JSON already. */
export function sendJson(reply: FastifyReply, bytes: Uint8Array): FastifyReply {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return reply.type('application/json; charset=utf-8').send(body);
}
