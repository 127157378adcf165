const assert = require('node:assert');

const { default: tracing, addContextHelpers } = require('apollo-opentracing');
const { ApolloServer, gql } = require('apollo-server');
const { initTracer } = require('jaeger-client');
const opentracing = require('opentracing');

const { comparable, complaints, startJaegerCollector } = require('../receivers/jaeger-agent.cjs');
const { labels } = require('../labels.cjs');

const typeDefs = gql`
  type Item {
    name: String
    price: Int
  }
  type Cart {
    id: ID
    items: [Item]
  }
  type Query {
    cart(id: ID): Cart
    broken: String
  }
`;

const resolvers = {
  Query: {
    cart: async (_source, { id }, _context, info) => {
      info.span.log({ event: 'loaded', id });
      return {
        id,
        items: [
          { name: 'tea', price: 3 },
          { name: 'pot', price: 20 },
        ],
      };
    },
    broken: () => {
      throw new Error('meant');
    },
  },
};

const queries = [
  ['{ basket: cart(id: 7) { id items { name price } } }', 8],
  ['query Failing { broken }', 2],
];

async function main() {
  const { label, inText } = labels();
  const collectors = { server: await startJaegerCollector(), local: await startJaegerCollector() };
  const { messages, logger } = complaints();
  const tracers = Object.fromEntries(
    Object.entries(collectors).map(([serviceName, { reporter }]) => [
      serviceName,
      initTracer({ serviceName, sampler: { type: 'const', param: 1 }, reporter }, { logger }),
    ]),
  );
  const client = tracers.server.startSpan('client');
  client.setBaggageItem('user', '42');
  const answers = await execute(tracers, client);
  client.finish();
  await Promise.all(Object.values(tracers).map((tracer) => new Promise((resolve) => tracer.close(resolve))));
  const requestSpans = await collectors.server.spans.until(queries.length + 1);
  const fieldSpans = await collectors.local.spans.until(queries.reduce((sum, [, spans]) => sum + spans - 1, 0));
  for (const { close } of Object.values(collectors)) close();

  const reported = comparable([...requestSpans, ...fieldSpans], { label });
  checkContent(reported, answers);
  console.log(
    JSON.stringify({ output: { reported, answers, messages: messages.map(inText) }, expectedDifferences: [] }),
  );
}

async function execute({ server, local }, client) {
  const plugin = tracing({
    server,
    local,
    createCustomSpanName: (name) => `field ${name}`,
    onRequestResolve: (span) => span.setTag(opentracing.Tags.COMPONENT, 'graphql'),
    onRequestError: (span, { errors }) => span.setTag(opentracing.Tags.ERROR, true).log({ event: errors[0].message }),
    onFieldResolve: (_source, _args, _context, info) => info.span.setTag('user', info.span.getBaggageItem('user')),
    onFieldResolveFinish: (error, _result, span) => span.setTag('failed', error !== null),
  });
  const apollo = new ApolloServer({ typeDefs, resolvers, plugins: [plugin], context: () => addContextHelpers({}) });
  const { url } = await apollo.listen({ port: 0, host: '127.0.0.1' });
  const headers = { 'content-type': 'application/json', connection: 'close' };
  // The format is written out: apollo-opentracing and jaeger-client have to mean the same by opentracing's constant.
  server.inject(client, 'http_headers', headers);
  const answers = [];
  for (const [query] of queries) {
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
    const { data, errors = [] } = await response.json();
    answers.push({ status: response.status, data, errors: errors.map(({ message }) => message) });
  }
  await apollo.stop();
  return answers;
}

function checkContent(reported, answers) {
  assert.deepEqual(answers[0].data.basket.items[1], { name: 'pot', price: 20 });
  assert.deepEqual(answers[1].errors, ['meant']);
  const named = (name) => reported.find(({ operation }) => operation === name);
  const [client, request, cart, items] = ['client', 'request', 'field basket', 'field items'].map(named);
  assert.deepEqual([request.service, request.parent, request.trace], ['server', client.id, client.trace]);
  assert.deepEqual([cart.service, cart.parent, cart.trace], ['local', request.id, client.trace]);
  assert.deepEqual([items.parent, named('field price').parent], [cart.id, items.id]);
  assert.deepEqual(cart.logs[0].fields, [
    ['event', 'STRING', 'loaded'],
    ['id', 'STRING', '7'],
  ]);
  assert.deepEqual(named('field name').tags.at(0), ['user', 'STRING', '42']);
  const failed = reported.find(({ tags }) => tags.some(([key, , value]) => key === 'error' && value));
  assert.equal(failed.logs[0].fields[0].at(-1), 'meant');
  assert.equal(
    reported.length,
    queries.reduce((sum, [, spans]) => sum + spans, 1),
  );
}

void main();
