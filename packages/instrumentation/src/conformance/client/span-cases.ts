import { required, same } from '../assert.ts';
import { requireError } from '../spans.ts';
import { Latch } from '../waiting.ts';
import type { ClientBench, ClientRequirement } from './bench.ts';
import type { Peer } from './peer.ts';
import { snapshot } from './snapshot.ts';

const LARGE = 'x'.repeat(200_000);

/** What the span of a request says, and that the request stays the application's. */
export const spanCases: Record<string, ClientRequirement> = {
  'a request has one span, of kind client, and its answer arrives whole': async (bench) => {
    const { origin } = await bench.serve((response) => response.writeHead(201, { 'x-answer': 'yes' }).end(LARGE));
    const reply = await bench.send(`${origin}/ok`);
    same(reply.status, 201, 'the status that arrived');
    same(reply.headers['x-answer'], 'yes', 'the header that arrived');
    same(reply.body, LARGE, 'the body that arrived');
    const spans = await bench.spans();
    same(spans.length, 1, 'the number of spans');
    same(spans[0]!.tag('span.kind'), 'client', 'span.kind');
  },

  'the span says method, URL and status, and which component made it': async (bench) => {
    const { origin } = await bench.serve((response) => response.writeHead(201).end());
    const span = await bench.span(`${origin}/ok?page=2`, { method: 'DELETE' });
    same(span.tag('http.method'), 'DELETE', 'http.method');
    same(span.tag('http.url'), `${origin}/ok?page=2`, 'http.url');
    same(span.tag('http.status_code'), 201, 'http.status_code');
    const component: unknown = span.tag('component');
    required(typeof component === 'string' && component !== '', 'the tag component must name the library');
  },

  'the operation name leaves the query out': async (bench) => {
    const { origin } = await bench.serve();
    const name = (await bench.span(`${origin}/ok?page=2`)).operationName();
    required(name !== '' && !/[?=]/.test(name), `an operation name without the query is required, was "${name}"`);
  },

  'method, headers and body of the application arrive': async (bench) => {
    const peer = await bench.serve();
    const headers = { 'x-mine': 'yes', 'content-type': 'text/plain' };
    await bench.send(`${peer.origin}/items?a=b`, { method: 'POST', headers, body: LARGE });
    const [request] = peer.arrived;
    same(`${request?.method} ${request?.target}`, 'POST /items?a=b', 'what arrived');
    same(request?.headers['x-mine'], 'yes', 'the header that arrived');
    same(request?.body, LARGE, 'the body that arrived');
    await bench.spans();
  },

  'headers and options of the application are not written to': async (bench) => {
    const { origin } = await bench.serve();
    const seen: [argument: object, before: string][] = [];
    const given = <T extends object>(argument: T): T => {
      seen.push([argument, snapshot(argument)]);
      return argument;
    };
    const headers = { 'x-mine': 'yes' };
    await bench.span(origin, { headers: given(headers), given });
    required(seen.length > 1, 'send() must call given() with what it gives to the client');
    for (const [argument, before] of seen) same(snapshot(argument), before, 'an argument after the request');
  },

  'headers that are frozen are sent': async (bench) => {
    const peer = await bench.serve();
    await bench.span(peer.origin, { headers: Object.freeze({ 'x-mine': 'yes' }) });
    same(peer.arrived[0]?.headers['x-mine'], 'yes', 'the header that arrived');
  },

  'a status of 399 and less is no error': async (bench) => {
    const { origin } = await serveStatuses(bench);
    for (const status of [204, 399]) {
      await bench.send(`${origin}/${status}`);
      const span = (await bench.spans()).pop();
      same(span?.tag('http.status_code'), status, 'http.status_code');
      same(span?.tag('error') ?? false, false, `the tag error with status ${status}`);
    }
  },

  'a status of 400 and more is an error': async (bench) => {
    const { origin } = await serveStatuses(bench);
    for (const status of [400, 404, 500]) {
      await bench.send(`${origin}/${status}`);
      const span = (await bench.spans()).pop()!;
      same(span.tag('http.status_code'), status, 'http.status_code');
      requireError(span);
    }
  },

  'the span lasts until the answer has come': async (bench) => {
    const arrived = new Latch();
    let answer = (): void => {};
    const { origin } = await bench.serve((response) => {
      answer = () => void response.end();
      arrived.open();
    });
    const reply = bench.send(origin);
    await bench.within(arrived.opened, 'the arrival of the request');
    const open = bench.tracer.unfinishedSpans().length;
    answer();
    await reply;
    same(open, 1, 'the number of open spans before the answer');
    await bench.spans();
  },
};

/** The span knows the server. */
export const peerCases: Record<string, ClientRequirement> = {
  'the span says who was called': async (bench) => {
    const { origin } = await bench.serve();
    const span = await bench.span(origin);
    const name: unknown = span.tag('peer.hostname') ?? span.tag('peer.ipv4') ?? span.tag('peer.ipv6');
    same(name, '127.0.0.1', 'peer.hostname, peer.ipv4 or peer.ipv6');
  },
};

/** The span covers the body. */
export const wholeResponseCases: Record<string, ClientRequirement> = {
  'the span of an answer in parts lasts until the last': async (bench) => {
    const begun = new Latch();
    let end = (): void => {};
    const { origin } = await bench.serve((response) => {
      response.write('first, ');
      end = () => void response.end('last');
    });
    const reply = bench.send(origin, { onResponse: () => begun.open() });
    await bench.within(begun.opened, 'the begin of the answer');
    const open = bench.tracer.unfinishedSpans().length;
    end();
    same((await reply).body, 'first, last', 'the body that arrived');
    same(open, 1, 'the number of open spans between the parts');
    await bench.spans();
  },
};

/** A server that answers with the status that the path names. */
function serveStatuses(bench: ClientBench): Promise<Peer> {
  return bench.serve((response, { target }) => response.writeHead(Number(target.slice(1))).end());
}
