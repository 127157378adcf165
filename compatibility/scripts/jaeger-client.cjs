const assert = require('node:assert');

const { initTracer, opentracing: reexported } = require('jaeger-client');
const opentracing = require('opentracing');

const { comparable, complaints, startJaegerCollector, startUdpAgent } = require('../receivers/jaeger-agent.cjs');
const { labels } = require('../labels.cjs');
const { runScenario, spanCount } = require('../scenario.cjs');

async function report(startReceiver, options) {
  const receiver = await startReceiver();
  const { messages, logger } = complaints();
  const sampler = { type: 'const', param: 1 };
  const tracer = initTracer({ serviceName: 'shop', sampler, reporter: receiver.reporter }, { logger, ...options });
  const seen = runScenario(tracer);
  // The name is written out here, so that jaeger-client has to find it by opentracing's constant.
  tracer.startSpan('not sampled', { tags: { 'sampling.priority': 0 } }).finish();
  await new Promise((resolve) => tracer.close(resolve));
  const received = await receiver.spans.until(spanCount);
  receiver.close();
  return { received, seen, messages };
}

async function main() {
  const { label, inText } = labels();
  const runs = {
    udp: await report(startUdpAgent, {}),
    http: await report(startJaegerCollector, { traceId128bit: true }),
  };
  const output = {};
  for (const [name, { received, seen, messages }] of Object.entries(runs)) {
    const reported = comparable(received, { label });
    checkContent(reported);
    output[name] = { reported, seen: JSON.parse(inText(JSON.stringify(seen))), messages };
  }
  output.disabled = useDisabledTracer();
  output.reexported = reexported === opentracing;
  output.spanOfAnotherClass = referToSpan();
  const expectedDifferences = [
    {
      name: 'childOf and followsFrom take the context of spans that do not extend Span; npm keeps the span itself, which jaeger-client cannot use',
      path: ['spanOfAnotherClass'],
      npm: ['the span', 'the span', 'parent.isDebugIDContainerOnly is not a function'],
      this: ['its context', 'its context', 'a child'],
    },
  ];
  console.log(JSON.stringify({ output, expectedDifferences }));
}

function checkContent(reported) {
  assert.equal(reported.length, spanCount);
  const [child, ofContext, follows, two] = reported;
  const root = reported.at(-1);
  assert.deepEqual(
    [root.service, root.operation, root.parent, root.duration],
    ['shop', 'checkout, renamed', 'none', 1000],
  );
  assert.deepEqual([child.operation, child.parent, child.trace], ['child of a span', root.id, root.trace]);
  assert.equal(ofContext.parent, root.id);
  assert.deepEqual(follows.references, [['FOLLOWS_FROM', root.trace[1], child.id]]);
  assert.deepEqual([two.parent, two.references.length], [root.id, 2]);
  // The first log is jaeger-client's own, of the baggage.
  assert.deepEqual(root.logs[1], {
    at: 1_500_000_000_005,
    fields: [
      ['event', 'STRING', 'cart'],
      ['size', 'DOUBLE', 3],
    ],
  });
  for (const tag of [
    ['text', 'STRING', 'väl'],
    ['number', 'DOUBLE', 1.5],
    ['flag', 'BOOL', false],
    ['http.status_code', 'DOUBLE', 503],
  ])
    assert.deepEqual(
      root.tags.find(([key]) => key === tag[0]),
      tag,
    );
  assert.equal(reported.find(({ operation }) => operation === 'carried by http_headers').parent, root.id);
}

/** jaeger-client's answer to `disable` is opentracing's own Tracer. */
function useDisabledTracer() {
  const tracer = initTracer({ serviceName: 'shop', disable: true });
  const span = tracer.startSpan('ignored', { childOf: tracer.startSpan('also').context(), tags: { a: 1 } });
  const carrier = {};
  tracer.inject(span, opentracing.FORMAT_TEXT_MAP, carrier);
  span.setTag('a', 1).log({ event: 'a' });
  span.finish();
  return [
    tracer instanceof opentracing.Tracer,
    span instanceof opentracing.Span,
    carrier,
    typeof span.context().toSpanId(),
  ];
}

/** jaeger-client's spans do not extend opentracing's. */
function referToSpan() {
  const tracer = initTracer(
    { serviceName: 'shop', sampler: { type: 'const', param: 0 } },
    { reporter: { report() {}, setProcess() {}, close: (done) => done() } },
  );
  const span = tracer.startSpan('of another class');
  assert(!(span instanceof opentracing.Span));
  const references = [opentracing.childOf(span), opentracing.followsFrom(span)];
  const referenced = references.map((reference) => {
    if (reference.referencedContext() === span) return 'the span';
    return reference.referencedContext() === span.context() ? 'its context' : 'something else';
  });
  return [...referenced, startReferring(tracer, references[0], span)];
}

function startReferring(tracer, reference, parent) {
  try {
    const child = tracer.startSpan('child', { references: [reference] });
    return child.context().parentIdStr === parent.context().spanIdStr ? 'a child' : 'something else';
  } catch (error) {
    return error.message;
  }
}

void main();
