// As users write it; run in a folder where `opentracing` is npm's or this repository's package.
const opentracing = require('opentracing');

const { MockTracer, Span, Tracer } = opentracing;

afterEach(() => jest.restoreAllMocks());

it('is the package that was meant', () => {
  expect(require('opentracing/package.json').name).toBe(process.env.EXPECTED_PACKAGE);
});

it.each(['globalTracer', 'initGlobalTracer', 'childOf', 'followsFrom'])('spyOn replaces and restores %s', (name) => {
  const original = opentracing[name];
  const spy = jest.spyOn(opentracing, name).mockReturnValue('mocked');
  expect(require('opentracing')[name]('a')).toBe('mocked');
  expect(spy).toHaveBeenCalledWith('a');
  jest.restoreAllMocks();
  expect(opentracing[name]).toBe(original);
});

it('spyOn replaces a class among the exports', () => {
  const made = {};
  jest.spyOn(opentracing, 'Tracer').mockImplementation(() => made);
  expect(new opentracing.Tracer()).toBe(made);
});

it('spyOn on prototypes sees what every instance does', () => {
  const start = jest.spyOn(Tracer.prototype, '_startSpan');
  const tag = jest.spyOn(Span.prototype, '_addTags');
  const finish = jest.spyOn(Span.prototype, 'finish').mockImplementation(() => undefined);
  const span = new Tracer().startSpan('a', { tags: { b: 1 } });
  span.setTag('c', 2);
  span.finish(3);
  expect(start).toHaveBeenCalledWith('a', { tags: { b: 1 } });
  expect(tag).toHaveBeenCalledWith({ c: 2 });
  expect(finish).toHaveBeenCalledWith(3);
});

it('spyOn sees the calls that the global tracer passes on', () => {
  const tracer = new MockTracer();
  const start = jest.spyOn(tracer, 'startSpan');
  opentracing.initGlobalTracer(tracer);
  const span = opentracing.globalTracer().startSpan('a', { tags: { b: 1 } });
  expect(start).toHaveBeenCalledWith('a', { tags: { b: 1 } });
  expect(span.tracer()).toBe(tracer);
  opentracing.initGlobalTracer(null);
});

it('the mock tracer reports', () => {
  const tracer = new MockTracer();
  const span = tracer.startSpan('a');
  span.setTag('b', 1).log({ event: 'c' });
  span.finish();
  tracer.startSpan('open');
  const report = tracer.report();
  expect(report.spans.map((each) => each.operationName())).toEqual(['a', 'open']);
  expect(report.unfinishedSpans).toHaveLength(1);
  expect(report.firstSpanWithTagValue('b', 1)).toBe(span);
  expect(span).toBeInstanceOf(Span);
  expect(span.context()).toBeInstanceOf(opentracing.SpanContext);
  tracer.clear();
  expect(tracer.report().spans).toEqual([]);
});

it('a module of its own has its own objects after resetModules, and its global tracer works', () => {
  const tracer = new MockTracer();
  jest.isolateModules(() => {
    const again = require('opentracing');
    expect(again).not.toBe(opentracing);
    again.initGlobalTracer(tracer);
    expect(again.globalTracer().startSpan('a').tracer()).toBe(tracer);
    again.initGlobalTracer(null);
  });
});
