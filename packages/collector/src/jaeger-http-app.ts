import type { FastifyInstance } from 'fastify';

import { createApp } from './http/create-app.ts';
import { KnownMethods } from './http/known-methods.ts';
import { jaegerHttpIngest } from './ingest/jaeger-http.ts';
import { refuseWithText } from './ingest/text-refusal.ts';
import type { AppParts } from './main-app.ts';

/** The port of Jaeger's Thrift over HTTP: `/api/traces`. */
export function createJaegerHttpApp(parts: AppParts): FastifyInstance {
  const app = createApp(parts.bodyTimeoutMillis, (refusal, _request, reply) => refuseWithText(reply, refusal));
  const methods = new KnownMethods(app, 'this port takes traces, by POST to /api/traces');
  app.setNotFoundHandler((request, reply) => refuseWithText(reply, methods.refusalFor(request.method, request.url)));
  jaegerHttpIngest(app, parts);
  return app;
}
