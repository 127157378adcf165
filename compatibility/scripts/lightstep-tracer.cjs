const assert = require('node:assert');
const http = require('node:http');
const events = require('node:events');

const lightstep = require('lightstep-tracer');
const proto = require('lightstep-tracer/lib/imp/generated_proto/collector_pb.js');
const opentracing = require('opentracing');

const { startHttpCollector } = require('../receivers/http-collector.cjs');
const { duration, labels, moment } = require('../labels.cjs');
const { runScenario, spanCount } = require('../scenario.cjs');

async function main() {
  const { label, inText } = labels();
  const output = {};
  for (const transport of ['proto', 'thrift']) {
    const { received, seen, counters } = await report(transport);
    const reported = received.map(transport === 'proto' ? fromProto(label) : fromThrift(label));
    checkContent(reported, transport);
    output[transport] = { reported, counters, seen: JSON.parse(inText(JSON.stringify(seen))) };
  }
  const { received, headers } = await reportInstrumentedRequest();
  output.instrumented = {
    reported: received.map(fromProto(label)),
    headers: JSON.parse(inText(JSON.stringify(headers))),
  };
  assert.deepEqual(
    output.instrumented.reported.map(({ operation }) => operation),
    ['node request'],
  );
  assert.deepEqual(Object.keys(headers), ['ot-tracer-spanid', 'ot-tracer-traceid', 'ot-tracer-sampled']);

  output.options = reuseOptions();
  const options = { references: ['follows_from'], tags: { a: 1 } };
  const expectedDifferences = [
    {
      name: "startSpan leaves the caller's options alone; npm turns childOf into one more of the caller's references",
      path: ['options'],
      npm: { references: ['follows_from', 'child_of'], tags: { a: 1 } },
      this: { childOf: 'the parent', ...options },
    },
  ];
  console.log(JSON.stringify({ output, expectedDifferences }));
}

function newTracer(port, options) {
  return new lightstep.Tracer({
    access_token: 'token',
    component_name: 'shop',
    collector_host: '127.0.0.1',
    collector_port: port,
    collector_encryption: 'none',
    disable_reporting_loop: true,
    disable_report_on_exit: true,
    disable_clock_skew_correction: true,
    silent: true,
    ...options,
  });
}

async function report(transport) {
  const answers = {
    proto: { status: 200, body: Buffer.from(new proto.ReportResponse().serializeBinary()) },
    thrift: { status: 200, body: '{}' },
  };
  const collector = await startHttpCollector(
    (body) =>
      transport === 'proto'
        ? proto.ReportRequest.deserializeBinary(new Uint8Array(body)).getSpansList()
        : JSON.parse(body.toString()).span_records,
    answers[transport],
  );
  const tracer = newTracer(collector.port, { transport });
  assert(tracer instanceof opentracing.Tracer);
  const seen = runScenario(tracer);
  const { counters } = tracer.stats();
  await flush(tracer);
  const received = await collector.spans.until(spanCount);
  collector.close();
  return { received, seen, counters: { ...counters } };
}

function flush(tracer) {
  return new Promise((resolve, reject) => tracer.flush((error) => (error ? reject(error) : resolve())));
}

/** lightstep-tracer's own instrumentation of node:http, which injects by opentracing's formats. */
async function reportInstrumentedRequest() {
  const collector = await startHttpCollector(
    (body) => proto.ReportRequest.deserializeBinary(new Uint8Array(body)).getSpansList(),
    { status: 200, body: Buffer.from(new proto.ReportResponse().serializeBinary()) },
  );
  const server = http.createServer((request, response) => response.end(JSON.stringify(request.headers)));
  await events.once(server.listen(0, '127.0.0.1'), 'listening');
  const tracer = newTracer(collector.port, { nodejs_instrumentation: true });
  const [response] = await events.once(
    http.get({ host: '127.0.0.1', port: server.address().port, path: '/cart' }),
    'response',
  );
  const headers = JSON.parse(Buffer.concat(await response.toArray()).toString());
  await flush(tracer);
  const received = await collector.spans.until(1);
  collector.close();
  server.close();
  return { received, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('ot-'))) };
}

function checkContent(reported, transport) {
  assert.equal(reported.length, spanCount);
  const [child, , follows] = reported;
  const root = reported.at(-1);
  assert.deepEqual([root.operation, root.duration, root.start], ['checkout, renamed', 1000, 1_500_000_000_000]);
  assert.deepEqual([child.operation, child.parent, child.trace], ['child of a span', root.id, root.trace]);
  assert.equal(follows.parent, child.id);
  assert.deepEqual(root.logs[0], {
    at: 1_500_000_000_005,
    fields: [
      ['event', 'cart'],
      ['size', '3'],
    ],
  });
  for (const tag of [
    ['text', 'väl'],
    ['http.status_code', '503'],
    ['span.kind', 'server'],
  ])
    assert.deepEqual(
      root.tags.find(([key]) => key === tag[0]),
      tag,
      transport,
    );
  assert.equal(reported.find(({ operation }) => operation === 'carried by text_map').parent, root.id);
}

function fromProto(label) {
  const id = (decimal) => label(BigInt(decimal).toString(16));
  const field = (pair) => [pair.getKey(), pair.getStringValue()];
  const milliseconds = (time) => time.getSeconds() * 1000 + time.getNanos() / 1e6;
  return (span) => {
    const start = milliseconds(span.getStartTimestamp());
    const context = span.getSpanContext();
    return withoutIds(label, {
      operation: span.getOperationName(),
      trace: id(context.getTraceId()),
      id: id(context.getSpanId()),
      references: span
        .getReferencesList()
        .map((reference) => [reference.getRelationship(), id(reference.getSpanContext().getSpanId())]),
      start: moment(start),
      duration: duration(start, Number(span.getDurationMicros()) / 1000),
      tags: span.getTagsList().map(field),
      logs: span
        .getLogsList()
        .map((log) => ({ at: moment(milliseconds(log.getTimestamp())), fields: log.getFieldsList().map(field) })),
    });
  };
}

function fromThrift(label) {
  const field = ({ Key, Value }) => [Key, Value];
  return (span) => {
    const start = span.oldest_micros / 1000;
    return withoutIds(label, {
      operation: span.span_name,
      trace: label(span.trace_guid),
      id: label(span.span_guid),
      start: moment(start),
      duration: duration(start, span.youngest_micros / 1000 - start),
      tags: span.attributes.map(field),
      logs: span.log_records.map((log) => ({ at: moment(log.timestamp_micros / 1000), fields: log.fields.map(field) })),
    });
  };
}

/** lightstep-tracer keeps the parent among the tags; ports and hosts of this run are in others. */
function withoutIds(label, span) {
  const parent = span.tags.find(([key]) => key === 'parent_span_guid')?.[1];
  const tags = span.tags.filter(([key]) => key !== 'parent_span_guid');
  const hidden = (text) =>
    text.replaceAll(/127\.0\.0\.1(:\d+)?/g, 'here').replaceAll(/"(date|content-length)": "[^"]*"/g, '"$1": ""');
  return {
    ...span,
    parent: parent === undefined ? 'none' : label(parent),
    tags: tags.map(([key, value]) => [key, hidden(value)]),
    logs: span.logs.map(({ at, fields }) => ({ at, fields: fields.map(([key, value]) => [key, hidden(value)]) })),
  };
}

/** lightstep-tracer inherits startSpan. */
function reuseOptions() {
  const tracer = newTracer(1, {});
  const parent = tracer.startSpan('parent');
  const options = { childOf: parent, references: [opentracing.followsFrom(parent.context())], tags: { a: 1 } };
  tracer.startSpan('child', options);
  return {
    ...options,
    ...(options.childOf && { childOf: options.childOf === parent ? 'the parent' : 'something else' }),
    references: options.references.map((reference) => reference.type()),
  };
}

void main();
