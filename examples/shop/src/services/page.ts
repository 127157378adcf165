import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { FORMAT_HTTP_HEADERS, globalTracer } from '@spanwise/opentracing';

import type { Answer, Route } from './json-server.ts';

/** The shop's processes run in its folder. */
const folder = path.resolve('public');
const html = readFileSync(path.join(folder, 'index.html'), 'utf8');

/**
 * The page at `/` and what it loads. Its load belongs to the trace of the request that brought it, by the `traceparent`
 * that is written into it.
 *
 * @param tracesUrl where the page's spans go: the collector, which must take them from this page's origin
 */
export function pageRoutes(tracesUrl: string): readonly Route[] {
  const script = createRequire(import.meta.url).resolve('@spanwise/browser/script.min.js');
  return [
    { method: 'GET', path: /^\/$/, handler: async () => page(tracesUrl) },
    file(/^\/shop\.js$/, path.join(folder, 'shop.js'), 'text/javascript'),
    file(/^\/shop\.css$/, path.join(folder, 'shop.css'), 'text/css'),
    file(/^\/spanwise\.js$/, script, 'text/javascript'),
  ];
}

function page(tracesUrl: string): Answer {
  const body = html.replace('{{traceparent}}', traceparent()).replace('{{tracesUrl}}', tracesUrl);
  const policy = `default-src 'self'; img-src data:; connect-src 'self' ${new URL(tracesUrl).origin}`;
  return { status: 200, body, type: 'text/html; charset=utf-8', headers: { 'content-security-policy': policy } };
}

/** Of the request that is answered here; hexadecimal digits and dashes, so it needs no escape. */
function traceparent(): string {
  const tracer = globalTracer();
  const headers: { traceparent?: string } = {};
  if (tracer.activeSpan !== null) tracer.inject(tracer.activeSpan, FORMAT_HTTP_HEADERS, headers);
  return headers.traceparent ?? '';
}

function file(path: RegExp, location: string, type: string): Route {
  const body = readFileSync(location);
  return { method: 'GET', path, handler: async () => ({ status: 200, body, type }) };
}
