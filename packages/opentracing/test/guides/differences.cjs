// What npm code may notice: run over npm opentracing and over this package, prints what each does.
const { childOf, globalTracer, initGlobalTracer, MockTracer, Tracer } = require('opentracing');

const tracer = new MockTracer();
const parent = tracer.startSpan('parent');
const options = { childOf: parent, references: [], tags: { a: 1 }, startTime: 5 };
const span = tracer.startSpan('child', options);
span.finish(9);

function nameOfThrown(fn) {
  try {
    return fn() === null ? 'null' : 'nothing';
  } catch (error) {
    return error.name;
  }
}

initGlobalTracer(new Tracer());
console.log(
  JSON.stringify({
    optionsAfter: Object.keys(options),
    referencesAfter: options.references.length,
    tagsKept: span.tags().a === 1,
    startTimeKept: span.durationMs() === 4,
    mockIds: span.context().toSpanId() !== '',
    mockInject: nameOfThrown(() => tracer.inject(span, 'text_map', {})),
    mockExtract: nameOfThrown(() => tracer.extract('text_map', {})),
    unknownFormat: nameOfThrown(() => new MockTracer().extract('of tomorrow', {})),
    noopExtract: nameOfThrown(() => globalTracer().extract('text_map', {})),
    nothingReferenced: nameOfThrown(() => tracer.startSpan('a', { references: [childOf(null)] })),
  }),
);
