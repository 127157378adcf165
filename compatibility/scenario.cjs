// What an application does with a tracer, by all ways of the API; the scripts run it over the tracers they bring.
const opentracing = require('opentracing');

const { Tags } = opentracing;
const begin = 1_500_000_000_000;

/** How many spans `runScenario` finishes. */
exports.spanCount = 13;

/** @returns what the application sees of it, next to what is reported */
exports.runScenario = function runScenario(tracer) {
  const root = tracer.startSpan('checkout', {
    startTime: begin,
    tags: { [Tags.SPAN_KIND]: Tags.SPAN_KIND_RPC_SERVER, text: 'väl', number: 1.5, flag: false, list: [1, { a: 2 }] },
  });
  root
    .setBaggageItem('user', 'Å 42')
    .setTag(Tags.HTTP_METHOD, 'GET')
    .addTags({ [Tags.COMPONENT]: 'shop', [Tags.HTTP_STATUS_CODE]: 503 })
    .log({ event: 'cart', size: 3 }, begin + 5)
    .setOperationName('checkout, renamed');
  root.log({ event: 'error', [Tags.ERROR]: true });
  root.logEvent('old', { kind: 'payload' });

  const seen = {
    baggage: [root.getBaggageItem('user'), root.getBaggageItem('none')],
    fluent: root.setTag('last', 'one') === root,
    ...referTo(root, tracer),
    ...carry(root, tracer),
    ...useGlobalTracer(root, tracer),
  };
  root.finish(begin + 1000);
  return seen;
};

function referTo(root, tracer) {
  const { childOf, followsFrom, Reference, REFERENCE_CHILD_OF, REFERENCE_FOLLOWS_FROM } = opentracing;
  const start = (name, options) => {
    const span = tracer.startSpan(name, { startTime: begin + 10, ...options });
    span.finish(begin + 20);
    return span;
  };
  const child = start('child of a span', { childOf: root });
  start('child of a context', { childOf: root.context() });
  start('follows from a context', { references: [followsFrom(child.context())] });
  start('two references', {
    references: [new Reference(REFERENCE_FOLLOWS_FROM, child.context()), childOf(root.context())],
  });
  start('reference and child of', { references: [followsFrom(child.context())], childOf: root });
  start('made by hand', { references: [new Reference(REFERENCE_CHILD_OF, child.context())], tags: { hand: 'made' } });
  const reference = followsFrom(child.context());
  return {
    inherited: child.getBaggageItem('user'),
    reference: [reference.type(), reference.referencedContext() === child.context()],
  };
}

function carry(root, tracer) {
  const carriers = {};
  for (const format of [opentracing.FORMAT_TEXT_MAP, opentracing.FORMAT_HTTP_HEADERS, opentracing.FORMAT_BINARY]) {
    const carrier = format === opentracing.FORMAT_BINARY ? new opentracing.BinaryCarrier([]) : {};
    tracer.inject(root.context(), format, carrier);
    const context = tracer.extract(format, carrier);
    carriers[format] = { carrier: { ...carrier }, extracted: context !== null };
    const span = tracer.startSpan(`carried by ${format}`, { childOf: context, startTime: begin + 30 });
    carriers[format].baggage = span.getBaggageItem('user');
    span.finish(begin + 40);
  }
  const bySpan = {};
  tracer.inject(root, opentracing.FORMAT_TEXT_MAP, bySpan);
  return { carriers, bySpan, nothing: tracer.extract(opentracing.FORMAT_HTTP_HEADERS, {}) };
}

function useGlobalTracer(root, tracer) {
  const global = opentracing.globalTracer();
  const before = global.startSpan('before there is a tracer');
  const noop = [before.context() !== undefined, before.setTag('a', 1) === before, typeof before.tracer().startSpan];
  opentracing.initGlobalTracer(tracer);
  const same = opentracing.globalTracer() === global;
  const span = global.startSpan('by the global tracer', { childOf: root, tags: { by: 'global' }, startTime: begin });
  span.finish(begin + 1);
  const carrier = {};
  global.inject(span.context(), opentracing.FORMAT_HTTP_HEADERS, carrier);
  const context = global.extract(opentracing.FORMAT_HTTP_HEADERS, carrier);
  global.startSpan('continued by the global tracer', { childOf: context, startTime: begin }).finish(begin + 1);
  const now = global.startSpan('at times of its own');
  now.log({ event: 'now' });
  now.finish();
  // A later run in this process starts without.
  opentracing.initGlobalTracer(null);
  return { global: { noop, same, carrier, belongsTo: span.tracer() === tracer } };
}
