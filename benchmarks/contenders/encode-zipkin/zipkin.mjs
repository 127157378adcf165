import { createRequire } from 'node:module';

import { batch, exchanges } from '../encode/exchanges.mjs';

const require = createRequire(import.meta.url);
const {
  jsonEncoder,
  model: { Endpoint, Span },
  option: { None, Some },
  TraceId,
} = require('zipkin');

/** Encodes each span and joins 512, as its transport over HTTP does; the body is bytes in the end. */
export async function prepare() {
  const spans = zipkinSpans();
  const { encode } = jsonEncoder.JSON_V2;
  return {
    versions: { zipkin: require('zipkin/package.json').version },
    unitsPerOperation: batch,
    operation: () => Buffer.from(`[${spans.map((span) => encode(span)).join()}]`).byteLength,
  };
}

/** As its tracer makes them; tags are strings. */
function zipkinSpans() {
  const endpoint = new Endpoint({ serviceName: 'bench' });
  return exchanges.flatMap(({ server, client }, at) => {
    const traceId = hex(at + 1, 32);
    const rootId = hex(2 * at + 1, 16);
    const root = new Span(new TraceId({ traceId, spanId: rootId, sampled: new Some(true), parentId: None }));
    const childIds = { traceId, parentId: new Some(rootId), spanId: hex(2 * at + 2, 16), sampled: new Some(true) };
    const child = new Span(new TraceId(childIds));
    const timestamp = 1_764_000_000_000_000 + at;
    root.addAnnotation(timestamp + 100, server.event.name);
    return [
      described(child, client, 'CLIENT', timestamp + 200, endpoint),
      described(root, server, 'SERVER', timestamp, endpoint),
    ];
  });
}

function described(span, { name, tags }, kind, timestamp, endpoint) {
  span.setName(name);
  span.setKind(kind);
  span.setTimestamp(timestamp);
  span.setDuration(1234);
  span.setLocalEndpoint(endpoint);
  for (const [key, value] of Object.entries(tags)) span.putTag(key, value);
  return span;
}

function hex(number, digits) {
  return (number * 0x9e3779b1).toString(16).padStart(digits, '5');
}
