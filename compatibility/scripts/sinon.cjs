const assert = require('node:assert');

const opentracing = require('opentracing');
const sinon = require('sinon');

/** As test suites do it: exports and prototypes are stubbed, seen through the stub, and restored. */
function main() {
  const output = {
    exports: stubExports(),
    prototypes: stubPrototypes(),
    tracer: stubInstance(),
    mock: spyOnMockTracer(),
    tags: replaceTag(),
  };
  console.log(JSON.stringify({ output, expectedDifferences: [] }));
}

function stubExports() {
  const functions = ['globalTracer', 'initGlobalTracer', 'childOf', 'followsFrom'];
  return functions.map((name) => {
    const original = opentracing[name];
    const stub = sinon.stub(opentracing, name).returns('stubbed');
    const seen = require('opentracing')[name]('a', 1);
    assert.equal(seen, 'stubbed');
    const calls = stub.args;
    sinon.restore();
    assert.equal(opentracing[name], original);
    return { name, seen, calls };
  });
}

function stubPrototypes() {
  const { Span, Tracer } = opentracing;
  const startSpan = sinon.stub(Tracer.prototype, '_startSpan').callsFake((name, fields) => {
    const span = new Span();
    span.made = [name, Object.keys(fields), (fields.references ?? []).map((reference) => reference.type())];
    return span;
  });
  const addTags = sinon.stub(Span.prototype, '_addTags');
  const finish = sinon.spy(Span.prototype, 'finish');
  const inject = sinon.stub(Tracer.prototype, '_inject').callsFake((_context, format, carrier) => {
    carrier.format = format;
  });
  const extract = sinon.stub(Tracer.prototype, 'extract').returns(null);

  const tracer = new Tracer();
  const span = tracer.startSpan('a', { tags: { b: 1 } });
  const child = tracer.startSpan('c', { childOf: span });
  opentracing.initGlobalTracer(tracer);
  const byGlobal = opentracing.globalTracer().startSpan('d');
  span.setTag('e', 2).addTags({ f: 3 });
  span.finish(4);
  const carrier = {};
  tracer.inject(span, opentracing.FORMAT_TEXT_MAP, carrier);
  const extracted = opentracing.globalTracer().extract(opentracing.FORMAT_TEXT_MAP, carrier);
  opentracing.initGlobalTracer(null);
  const seen = {
    made: [span.made, child.made, byGlobal.made],
    tags: addTags.args,
    finished: finish.args,
    started: startSpan.callCount,
    injected: [carrier, inject.callCount],
    extracted: [extracted, extract.args],
  };
  sinon.restore();
  assert.deepEqual([seen.started, seen.tags, seen.finished], [3, [[{ e: 2 }], [{ f: 3 }]], [[4]]]);
  assert.equal(new Tracer().startSpan('a').made, undefined);
  return seen;
}

function stubInstance() {
  const tracer = sinon.createStubInstance(opentracing.Tracer);
  const span = sinon.createStubInstance(opentracing.Span);
  tracer.startSpan.returns(span);
  span.setTag.returnsThis();
  opentracing.initGlobalTracer(tracer);
  const got = opentracing.globalTracer().startSpan('a', { tags: { b: 1 } });
  got.setTag('c', 2).finish();
  opentracing.initGlobalTracer(null);
  assert.equal(got, span);
  assert(tracer instanceof opentracing.Tracer && span instanceof opentracing.Span);
  return [tracer.startSpan.args, span.setTag.args, span.finish.callCount];
}

function spyOnMockTracer() {
  const tracer = new opentracing.MockTracer();
  const start = sinon.spy(tracer, 'startSpan');
  const span = tracer.startSpan('a');
  const setTag = sinon.spy(span, 'setTag');
  span.setTag('b', 1);
  span.finish();
  sinon.restore();
  return [start.args, setTag.args, tracer.report().spans.map((each) => [each.operationName(), each.tags()])];
}

function replaceTag() {
  sinon.stub(opentracing.Tags, 'ERROR').value('failed');
  const seen = require('opentracing').Tags.ERROR;
  sinon.restore();
  return [seen, opentracing.Tags.ERROR];
}

main();
