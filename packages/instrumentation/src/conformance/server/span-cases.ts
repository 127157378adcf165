import type { MockSpan } from '@spanwise/opentracing/mock';

import { required, same } from '../assert.ts';
import { requireError } from '../spans.ts';
import { Latch } from '../waiting.ts';
import { answering, type ServerBench, type ServerRequirement } from './bench.ts';

const LARGE = 'x'.repeat(200_000);

/** What the span of a request says. */
export const spanCases: Record<string, ServerRequirement> = {
  'a request has one span, of kind server, and its answer arrives whole': async (bench) => {
    await bench.serveOne('/ok', answering({ status: 200, headers: { 'x-answer': 'yes' }, body: LARGE }));
    const reply = await bench.call('/ok');
    same(reply.status, 200, 'the status that arrived');
    same(reply.headers['x-answer'], 'yes', 'the header that arrived');
    same(reply.body, LARGE, 'the body that arrived');
    const spans = await bench.spans();
    same(spans.length, 1, 'the number of spans');
    same(spans[0]!.tag('span.kind'), 'server', 'span.kind');
  },

  'the span says method, URL and status, and which component made it': async (bench) => {
    await bench.serveOne('/ok', answering({ status: 200 }));
    const { origin } = bench.server;
    const span = await bench.span('/ok?page=2');
    same(span.tag('http.method'), 'GET', 'http.method');
    same(span.tag('http.url'), `${origin}/ok?page=2`, 'http.url');
    same(span.tag('http.status_code'), 200, 'http.status_code');
    const component: unknown = span.tag('component');
    required(typeof component === 'string' && component !== '', 'the tag component must name the library');
  },

  'the operation name leaves the query out': async (bench) => {
    await bench.serveOne('/ok', answering({ status: 200 }));
    const name = (await bench.span('/ok?page=2')).operationName();
    required(name !== '' && !/[?=]/.test(name), `an operation name without the query is required, was "${name}"`);
  },

  'what is created has its status, and the handler gets the body whole': async (bench) => {
    await bench.serve({
      method: 'POST',
      path: '/items',
      handle: async (request) => ({ status: 201, body: await request.text() }),
    });
    const reply = await bench.call('/items', { method: 'POST', body: LARGE });
    same(reply.body, LARGE, 'the body that was sent and came back');
    const [span] = await bench.spans();
    same(span?.tag('http.status_code'), 201, 'http.status_code');
    same(span?.tag('http.method'), 'POST', 'http.method');
  },

  'a redirect is no error, and is passed on': async (bench) => {
    await bench.serveOne('/old', answering({ status: 302, headers: { location: '/new' } }));
    const reply = await bench.call('/old');
    same(reply.headers.location, '/new', 'the location that arrived');
    const [span] = await bench.spans();
    same(span?.tag('http.status_code'), 302, 'http.status_code');
    requireNoError(span);
  },

  'a status of 499 and less is no error': async (bench) => {
    for (const span of await spansOfStatuses(bench, [400, 404, 499])) requireNoError(span);
  },

  'a status of 500 and more is an error': async (bench) => {
    for (const span of await spansOfStatuses(bench, [500, 503])) requireError(span);
  },
};

/** The span knows the client. */
export const peerCases: Record<string, ServerRequirement> = {
  'the span says who called': async (bench) => {
    await bench.serveOne('/ok', answering({ status: 200 }));
    const span = await bench.span('/ok');
    const address: unknown = span.tag('peer.ipv4') ?? span.tag('peer.ipv6');
    required(address !== undefined, 'the tag peer.ipv4 or peer.ipv6 is required');
  },
};

/** Spans are named by route. */
export const routeCases: Record<string, ServerRequirement> = {
  'all requests of a route have one name, which holds the route': async (bench) => {
    await bench.serveOne('/items/:item', answering({ status: 200 }));
    for (const item of ['one', 'other']) await bench.call(`/items/${item}`);
    const names = (await bench.spans()).map((span) => span.operationName());
    same(names.length, 2, 'the number of spans');
    same(names[1], names[0], 'the name of the second span');
    required(names[0]!.includes('/items/'), `a name with the fixed part /items/ is required, was "${names[0]}"`);
  },
};

/** Requests are seen before they are routed. */
export const unroutedCases: Record<string, ServerRequirement> = {
  'a request that no route takes has a span with the status that the server gives it': async (bench) => {
    await bench.serveOne('/ok', answering({ status: 200 }));
    const { status } = await bench.call('/unknown');
    const [span] = await bench.spans();
    same(span?.tag('http.status_code'), status, 'http.status_code');
  },
};

/** Bodies are sent in parts. */
export const streamingCases: Record<string, ServerRequirement> = {
  'the span of an answer in parts lasts until the last': async (bench) => {
    const [first, rest] = [new Latch(), new Latch()];
    await bench.serveOne('/parts', answering({ status: 200, body: parts(rest) }));
    const reply = bench.call('/parts', { onPart: () => first.open() });
    await bench.within(first.opened, 'the first part');
    const open = bench.tracer.unfinishedSpans().length;
    rest.open();
    same((await reply).body, 'first, last', 'the body that arrived');
    same(open, 1, 'the number of open spans between the parts');
    same((await bench.spans())[0]?.tag('http.status_code'), 200, 'http.status_code');
  },
};

async function* parts(rest: Latch): AsyncGenerator<string> {
  yield 'first, ';
  await rest.opened;
  yield 'last';
}

async function spansOfStatuses(bench: ServerBench, statuses: readonly number[]): Promise<MockSpan[]> {
  await bench.serve(
    ...statuses.map((status) => ({ method: 'GET', path: `/status${status}`, handle: answering({ status }) })),
  );
  for (const status of statuses) await bench.call(`/status${status}`);
  const spans = await bench.spans();
  const tagged = spans.map((span) => span.tag('http.status_code')).join();
  same(tagged, statuses.join(), 'the status codes of the spans');
  return spans;
}

function requireNoError(span: MockSpan | undefined): void {
  const error: unknown = span?.tag('error') ?? false;
  same(error, false, `the tag error with status ${String(span?.tag('http.status_code'))}`);
}
