const assert = require('node:assert');
const { once } = require('node:events');
const http = require('node:http');
const test = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const express = require('express');
const { initGlobalTracer, MockTracer } = require('opentracing');
const { AsyncLocalStorageScopeManager } = require('opentracing/scope-managers/async-local-storage');
const { traceRequests } = require('./middleware.cjs');

let tracer;

/** What the handler saw: the active span at first, and after it waited. */
let seen;

/** Serves with the middleware until `work` is over. */
async function serving(middleware, work) {
  tracer = new MockTracer(new AsyncLocalStorageScopeManager());
  initGlobalTracer(tracer);
  seen = [];
  const app = express();
  app.use(middleware);
  app.use(express.json());
  const handle = async (request, response) => {
    seen.push(tracer.activeSpan);
    await sleep(20);
    seen.push(tracer.activeSpan);
    tracer.startSpan(`work ${request.params.name}`).finish();
    response.status(request.params.name === 'broken' ? 500 : 200).json(request.body);
  };
  app.post('/:name', (request, response) => void handle(request, response));
  app.use((error, _request, response, _next) => {
    seen.push(error);
    response.status(500).end();
  });
  const server = app.listen(0);
  await once(server, 'listening');
  try {
    await work(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
}

const ask = (url, headers) =>
  fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: '{"an":"order"}',
  }).then((response) => response.text());

const named = (name) => tracer.report().spans.filter((span) => span.operationName() === name);

test('the span is active after an await, for requests at the same time, and finishes with the response', async () => {
  await serving(traceRequests, (url) => Promise.all(['a', 'b', 'c', 'a'].map((name) => ask(`${url}/${name}`))));
  const requests = named('HTTP POST');
  assert.strictEqual(requests.length, 4);
  for (const span of requests) {
    assert.strictEqual(span.parentId(), undefined);
    assert.strictEqual(span.isFinished(), true);
    assert.strictEqual(span.tags()['http.status_code'], 200);
    assert.strictEqual(seen.filter((each) => each === span).length, 2);
  }
  const parents = ['a', 'b', 'c'].flatMap((name) => named(`work ${name}`)).map((span) => span.parentId());
  assert.deepStrictEqual(new Set(parents), new Set(requests.map((span) => span.uuid())));
});

test('the caller is the parent, and a failure is tagged', async () => {
  await serving(traceRequests, async (url) => {
    const headers = {};
    const caller = tracer.startSpan('caller');
    tracer.inject(caller, 'http_headers', headers);
    await ask(`${url}/broken`, headers);
    const [span] = named('HTTP POST');
    assert.strictEqual(span.parentId(), caller.uuid());
    assert.strictEqual(span.tags().error, true);
  });
});

test('the span finishes when the client goes away', async () => {
  await serving(traceRequests, async (url) => {
    const request = http.request(`${url}/a`, { method: 'POST' }).on('error', () => {});
    request.end();
    while (seen.length === 0) await sleep(1);
    request.destroy();
    await sleep(50);
    assert.strictEqual(named('HTTP POST')[0].isFinished(), true);
  });
});

test('with withActiveSpan the scope is closed when next returns', async () => {
  const middleware = (_request, _response, next) => tracer.withActiveSpan(tracer.startSpan('request'), () => next());
  await serving(middleware, (url) => ask(`${url}/a`));
  assert.deepStrictEqual(seen.at(-1), null);
  assert.strictEqual(named('work a')[0].parentId(), named('request')[0].uuid());
});

test('with withActiveSpan(span, next) the span is taken for an error', async () => {
  const middleware = (_request, _response, next) => tracer.withActiveSpan(tracer.startSpan('request'), next);
  await serving(middleware, (url) => ask(`${url}/a`));
  assert.deepStrictEqual(seen, named('request'));
});
