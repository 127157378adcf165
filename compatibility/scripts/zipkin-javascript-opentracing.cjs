const assert = require('node:assert');

const opentracing = require('opentracing');
const { BatchRecorder, jsonEncoder } = require('zipkin');
const ZipkinTracer = require('zipkin-javascript-opentracing');
const { HttpLogger } = require('zipkin-transport-http');

const { startHttpCollector } = require('../receivers/http-collector.cjs');
const { labels } = require('../labels.cjs');

const spansOfTrace = 6;

async function main() {
  const { label, inText } = labels();
  const output = {};
  for (const kind of ['local', 'client', 'server']) {
    const { received, seen } = await report(kind);
    // Posts may overtake each other, and labels follow the order.
    const ordered = [...received].sort((a, b) => (a.name < b.name ? -1 : 1));
    const reported = ordered.map((span) => comparable(span, label));
    checkContent(reported, kind);
    output[kind] = { reported, seen: JSON.parse(inText(JSON.stringify(seen))) };
  }
  output.formats = [ZipkinTracer.FORMAT_BINARY, ZipkinTracer.FORMAT_TEXT_MAP, ZipkinTracer.FORMAT_HTTP_HEADERS];
  assert.deepEqual(output.formats, ['binary', 'text_map', 'http_headers']);
  console.log(JSON.stringify({ output, expectedDifferences: [] }));
}

async function report(kind) {
  const collector = await startHttpCollector((body) => JSON.parse(body.toString()));
  const logger = new HttpLogger({
    endpoint: `http://127.0.0.1:${collector.port}/api/v2/spans`,
    jsonEncoder: jsonEncoder.JSON_V2,
    httpInterval: 20,
  });
  const tracer = new ZipkinTracer({ serviceName: 'shop', kind, recorder: new BatchRecorder({ logger }) });
  const seen = trace(tracer);
  const received = await collector.spans.until(spansOfTrace);
  collector.close();
  return { received, seen };
}

function trace(tracer) {
  const { FORMAT_BINARY, FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP, Tags } = opentracing;
  opentracing.initGlobalTracer(tracer);
  const global = opentracing.globalTracer();

  const root = tracer.startSpan('a root');
  root.setTag(Tags.HTTP_METHOD, 'GET');
  // The name is written out, so that the tracer has to find it by opentracing's constant.
  root.setTag('peer.address', '127.0.0.2:80');
  root.log('cart');
  const child = tracer.startSpan('b child', { childOf: root, references: [opentracing.followsFrom(root.context())] });
  child.setTag(Tags.COMPONENT, 'shop');
  child.finish();
  // It reads its parent from childOf only.
  const follower = tracer.startSpan('c follower', { references: [opentracing.followsFrom(root.context())] });
  follower.finish();
  const byGlobal = global.startSpan('d by the global tracer', { childOf: child });
  byGlobal.finish();

  const carrier = {};
  tracer.inject(child, FORMAT_HTTP_HEADERS, carrier);
  const extracted = tracer.extract(FORMAT_HTTP_HEADERS, { ...carrier });
  const remote = tracer.startSpan('e continued', { childOf: extracted });
  remote.finish();
  const globalCarrier = {};
  global.inject(byGlobal, FORMAT_HTTP_HEADERS, globalCarrier);
  const again = global.startSpan('f continued by the global tracer', {
    childOf: global.extract(FORMAT_HTTP_HEADERS, globalCarrier),
  });
  again.finish();
  root.finish();
  return {
    carrier,
    globalCarrier,
    context: [root.context().toTraceId(), root.context().toSpanId()],
    nothing: tracer.extract(FORMAT_HTTP_HEADERS, {}),
    refused: [FORMAT_TEXT_MAP, FORMAT_BINARY].flatMap((format) => [
      complaint(() => tracer.inject(root, format, {})),
      complaint(() => global.extract(format, {})),
    ]),
    reference: opentracing.childOf(root.context()).referencedContext().toSpanId(),
  };
}

function checkContent(reported, kind) {
  assert.equal(reported.length, spansOfTrace);
  const [root, child, follower, byGlobal, continued] = reported;
  assert.deepEqual([root.name, child.name], ['a root', 'b child']);
  assert.deepEqual([child.parentId, child.traceId], [root.id, root.traceId]);
  assert.deepEqual([byGlobal.parentId, continued.parentId], [child.id, child.id]);
  assert.equal(follower.parentId, 'none');
  assert.equal(root.tags['http.method'], 'GET');
  assert.equal(child.tags.component, 'shop');
  assert.equal(root.annotations[0].value, 'cart');
  assert.equal(root.remoteEndpoint.ipv4, '127.0.0.2');
  assert.equal(root.localEndpoint.serviceName, 'shop');
  assert.equal(root.kind, kind === 'server' ? 'SERVER' : 'CLIENT');
}

function comparable({ id, traceId, parentId, timestamp, duration, annotations, ...span }, label) {
  assert(timestamp > 0 && duration > 0);
  return {
    ...span,
    traceId: label(traceId),
    id: label(id),
    parentId: label(parentId ?? '0'),
    localEndpoint: { serviceName: span.localEndpoint.serviceName },
    annotations: annotations?.map(({ value }) => ({ value })),
  };
}

function complaint(action) {
  try {
    action();
    return 'none';
  } catch (error) {
    return error.message;
  }
}

void main();
