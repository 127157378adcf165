const assert = require('node:assert');
const events = require('node:events');
const http = require('node:http');

const express = require('express');
const middleware = require('express-opentracing').default;
const { initTracer } = require('jaeger-client');
const opentracing = require('opentracing');

const { comparable, complaints, startUdpAgent } = require('../receivers/jaeger-agent.cjs');
const { labels } = require('../labels.cjs');

const { MockTracer } = opentracing;
const requests = ['/users/42?verbose=1', '/broken', '/missing'];

async function main() {
  const { label, inText } = labels();
  const output = {
    given: await reportToJaeger('given', { label, inText }),
    global: await reportToJaeger('global', { label, inText }),
    mock: await mockTracer(),
  };
  checkContent(output.given.reported);
  checkContent(output.global.reported);
  const expectedDifferences = [
    {
      name: "MockTracer injects and extracts; npm's throws NOT YET IMPLEMENTED",
      path: ['mock', 'plain'],
      npm: { statuses: [500, 500, 500], operations: [] },
      this: { statuses: [200, 500, 404], operations: ['/users/:id', '/broken', '/missing'] },
    },
    {
      name: 'MockTracer keeps tags and start times that are given at the start',
      path: ['mock', 'atStart'],
      npm: { tags: {}, start: false },
      this: { tags: { a: 1 }, start: true },
    },
  ];
  console.log(JSON.stringify({ output, expectedDifferences }));
}

async function reportToJaeger(way, { label, inText }) {
  const agent = await startUdpAgent();
  const { messages, logger } = complaints();
  const sampler = { type: 'const', param: 1 };
  const tracer = initTracer({ serviceName: 'shop', sampler, reporter: agent.reporter }, { logger });
  // The global tracer may be asked for before it is set.
  const handler = way === 'global' ? middleware() : middleware({ tracer });
  opentracing.initGlobalTracer(way === 'global' ? tracer : null);
  const client = tracer.startSpan('client');
  client.setBaggageItem('user', '42');
  const headers = {};
  tracer.inject(client, opentracing.FORMAT_HTTP_HEADERS, headers);

  const answers = await serve(handler, tracer, headers);
  client.finish();
  await new Promise((resolve) => tracer.close(resolve));
  const received = await agent.spans.until(5);
  agent.close();
  const reported = comparable(received, { label });
  return { reported, answers: JSON.parse(inText(JSON.stringify(answers))), messages: messages.map(inText) };
}

/** Answers each request when its span is finished, so that what is reported has one order. */
async function serve(handler, tracer, headers) {
  const app = express();
  app.use(handler);
  const finished = [];
  app.use((_request, response, next) => {
    finished.push(events.once(response, 'close'));
    next();
  });
  app.get('/users/:id', (request, response) => {
    const query = tracer.startSpan('query', { childOf: request.span });
    query.finish();
    request.span.log({ event: 'found', id: request.params.id });
    response.json({ user: query.getBaggageItem?.('user') ?? null });
  });
  app.get('/broken', () => {
    throw new Error('meant');
  });
  app.use((error, _request, response, _next) => response.status(500).end(error.message));
  const server = http.createServer(app);
  await events.once(server.listen(0, '127.0.0.1'), 'listening');
  const answers = [];
  for (const path of requests) {
    answers.push(await get(server.address().port, path, headers));
    await Promise.all(finished);
  }
  server.closeAllConnections();
  server.close();
  return answers;
}

async function get(port, path, headers) {
  const [response] = await events.once(http.get({ host: '127.0.0.1', port, path, headers, agent: false }), 'response');
  const body = Buffer.concat(await response.toArray()).toString();
  const { 'uber-trace-id': trace = null, 'uberctx-user': user = null, 'mock-id': mock } = response.headers;
  return { status: response.statusCode, body: body.startsWith('<') ? '' : body, trace, user, mock: mock !== undefined };
}

function checkContent(reported) {
  assert.equal(reported.length, 5);
  const [query, found, broken, missing, client] = reported;
  assert.deepEqual([query.operation, query.parent], ['query', found.id]);
  assert.deepEqual([found.operation, found.parent, found.trace], ['/users/:id', client.id, client.trace]);
  assert.deepEqual([broken.operation, missing.operation], ['/broken', '/missing']);
  const status = ({ tags }) => tags.find(([key]) => key === 'http.status_code').at(-1);
  assert.deepEqual([found, broken, missing].map(status), [200, 500, 404]);
  assert.deepEqual(
    broken.tags.find(([key]) => key === 'error'),
    ['error', 'BOOL', true],
  );
  const events = found.logs.map(({ fields }) => fields[0].at(-1));
  assert.deepEqual(events, ['request_received', 'found', 'request_finished']);
}

async function mockTracer() {
  const carrying = new CarryingMockTracer();
  const answers = await serve(middleware({ tracer: carrying }), carrying, {});
  const { spans } = carrying.report();
  assert.deepEqual(
    spans.map((span) => span.operationName()),
    ['/users/:id', 'query', '/broken', '/missing'],
  );
  const reported = spans.map((span) => ({
    operation: span.operationName(),
    tags: span.tags(),
    logs: span._logs.map(({ fields }) => fields),
    finished: span._finishMs >= span._startMs,
    id: /^[0-9a-f]{16}$/.test(span.uuid()),
  }));
  const firstBroken = carrying.report().firstSpanWithTagValue('error', true).operationName();

  const plain = new MockTracer();
  const statuses = (await serve(middleware({ tracer: plain }), plain, {})).map(({ status }) => status);
  const operations = plain
    .report()
    .spans.map((span) => span.operationName())
    .filter((name) => name !== 'query');
  const span = plain.startSpan('a', { tags: { a: 1 }, startTime: 1000 });
  const atStart = { tags: span.tags(), start: span._startMs === 1000 };
  return { answers, reported, firstBroken, plain: { statuses, operations }, atStart };
}

/** As users of npm opentracing had to write it. */
class CarryingMockTracer extends MockTracer {
  _inject(context, _format, carrier) {
    carrier['mock-id'] = context.span().uuid();
  }
  _extract() {
    return null;
  }
}

void main();
