import type { FastifyInstance } from 'fastify';

import { createApp } from './http/create-app.ts';
import { KnownMethods } from './http/known-methods.ts';
import { otlpHttpIngest, refuseOtlp } from './ingest/otlp-http.ts';
import type { AppParts } from './main-app.ts';

/** The OTLP over HTTP port: `/v1/traces`. */
export function createOtlpHttpApp(parts: AppParts): FastifyInstance {
  const app = createApp(parts.bodyTimeoutMillis, (refusal, request, reply) => refuseOtlp(request, reply, refusal));
  const methods = new KnownMethods(app, 'this port takes traces, by POST to /v1/traces');
  app.setNotFoundHandler((request, reply) =>
    refuseOtlp(request, reply, methods.refusalFor(request.method, request.url)),
  );
  otlpHttpIngest(app, parts);
  return app;
}
