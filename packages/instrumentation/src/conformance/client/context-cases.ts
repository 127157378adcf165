import { baggageOf, FORMAT_HTTP_HEADERS, type Span } from '@spanwise/opentracing';
import type { MockSpan } from '@spanwise/opentracing/mock';

import { required, same, sameData } from '../assert.ts';
import { onlySpan, requireChild, requireRoot } from '../spans.ts';
import { Latch } from '../waiting.ts';
import type { ClientBench, ClientRequirement } from './bench.ts';
import type { Arrived } from './peer.ts';

const AT_ONCE = 20;

/** Which trace a request belongs to, what it carries, and what is active around it. */
export const contextCases: Record<string, ClientRequirement> = {
  'the active span is the parent': async (bench) => {
    const { origin } = await bench.serve();
    const caller = bench.tracer.startSpan('caller');
    await bench.tracer.withActiveSpan(caller, { finishOnClose: true }, () => bench.send(origin));
    requireChild(onlySpan(await bench.spans(), 'client'), caller);
  },

  'without an active span the request begins a trace': async (bench) => {
    const { origin } = await bench.serve();
    requireRoot(await bench.span(origin));
  },

  'the headers carry the context of the client span': async (bench) => {
    const peer = await bench.serve();
    requireCarried(bench, peer.arrived, await bench.span(peer.origin));
  },

  'the headers carry the baggage': async (bench) => {
    const peer = await bench.serve();
    await bench.tracer.withActiveSpan('caller', async (caller) => {
      caller.setBaggageItem('user', 'Ä 17');
      await bench.send(peer.origin);
    });
    await bench.spans();
    same(baggageIn(extracted(bench, peer.arrived[0]))['user'], 'Ä 17', 'the baggage that arrived');
  },

  'a context that the application passes on in its headers is replaced, not doubled': async (bench) => {
    const peer = await bench.serve();
    const headers: Record<string, string> = {};
    bench.tracer.inject(finishedSpan(bench), FORMAT_HTTP_HEADERS, headers);
    const caller = bench.tracer.startSpan('caller');
    await bench.tracer.withActiveSpan(caller, { finishOnClose: true }, () => bench.send(peer.origin, { headers }));
    const span = onlySpan(await bench.spans(), 'client');
    requireChild(span, caller);
    requireCarried(bench, peer.arrived, span);
  },

  'requests at the same time have their own callers as parents': async (bench) => {
    const all = new Latch();
    const peer = await bench.serve((response) => {
      if (peer.arrived.length === AT_ONCE) all.open();
      void all.opened.then(() => response.end());
    });
    const callers = Array.from({ length: AT_ONCE }, (_, number) => bench.tracer.startSpan(`caller ${number}`));
    await bench.prepare();
    await Promise.all(
      callers.map((caller, number) =>
        bench.tracer.withActiveSpan(caller, { finishOnClose: true }, () => bench.send(`${peer.origin}/${number}`)),
      ),
    );
    requireOwnSpans(bench, peer.arrived, callers, await bench.spans());
  },

  'the caller’s span is active while the request is under way, when its answer comes, and afterwards': async (
    bench,
  ) => {
    const { origin } = await bench.serve();
    const client = await bench.prepare();
    const active: unknown[] = [];
    const caller = bench.tracer.startSpan('caller');
    const note = (): void => void active.push(bench.tracer.activeSpan);
    await bench.tracer.withActiveSpan(caller, { finishOnClose: true }, async () => {
      const reply = bench.sendWith(client, origin, { onResponse: note });
      note();
      await reply;
      note();
    });
    same(active.length, 3, 'the number of looks: send() must call onResponse() once');
    for (const [look, span] of active.entries()) same(span, caller, `the active span at look ${look + 1} of 3`);
    await bench.spans();
  },

  'no span is active around a request, when none was before': async (bench) => {
    const { origin } = await bench.serve();
    const client = await bench.prepare();
    const active: unknown[] = [];
    const note = (): void => void active.push(bench.tracer.activeSpan);
    const reply = bench.sendWith(client, origin, { onResponse: note });
    note();
    await reply;
    note();
    sameData(active, [null, null, null], 'the active spans');
    await bench.spans();
  },

  'a redirect leaves no span open, and each request of it carries the context of a client span': async (bench) => {
    const peer = await bench.serve((response, { target }) => {
      if (target === '/old') response.writeHead(302, { location: '/new' }).end();
      else response.end('new');
    });
    const caller = bench.tracer.startSpan('caller');
    const reply = await bench.tracer.withActiveSpan(caller, { finishOnClose: true }, () =>
      bench.send(`${peer.origin}/old`),
    );
    const spans = clientSpans(await bench.spans());
    for (const span of spans) requireChild(span, caller);
    for (const request of peer.arrived) requireCarriedByOne(bench, request, spans);
    required(spans.length <= peer.arrived.length, `${spans.length} spans for ${peer.arrived.length} requests`);
    same(spans.at(-1)?.tag('http.status_code'), reply.status, 'http.status_code of the last span');
  },
};

/** Requests can be left alone. */
export const untracedCases: Record<string, ClientRequirement> = {
  'a request that is left alone has no span and no headers': async (bench) => {
    const peer = await bench.serve();
    await bench.tracer.withActiveSpan('caller', () => bench.send(peer.origin, { untraced: true }));
    same(clientSpans(await bench.spans()).length, 0, 'the number of client spans');
    same(peer.arrived.length, 1, 'the number of requests');
    same(extracted(bench, peer.arrived[0]), null, 'the context that arrived');
  },
};

function baggageIn(context: ReturnType<typeof extracted>): Readonly<Record<string, string>> {
  return context === null ? {} : baggageOf(context);
}

function extracted(bench: ClientBench, request: Arrived | undefined): ReturnType<ClientBench['tracer']['extract']> {
  return bench.tracer.extract(FORMAT_HTTP_HEADERS, request?.headers ?? {});
}

/** The context is in the headers once, and nobody else's. */
function requireCarried(bench: ClientBench, arrived: readonly Arrived[], span: MockSpan): void {
  same(arrived.length, 1, 'the number of requests');
  requireCarriedByOne(bench, arrived[0]!, [span]);
}

function requireCarriedByOne(bench: ClientBench, request: Arrived, spans: readonly MockSpan[]): void {
  const context = extracted(bench, request);
  required(context !== null, `the headers of ${request.target} carry no context that can be read`);
  const ids = spans.map((span) => span.context().toSpanId());
  const id = context.toSpanId();
  required(ids.includes(id), `the headers of ${request.target} carry the span ${id}, not ${ids.join(' or ')}`);
}

function requireOwnSpans(
  bench: ClientBench,
  arrived: readonly Arrived[],
  callers: readonly Span[],
  spans: readonly MockSpan[],
): void {
  same(arrived.length, callers.length, 'the number of requests');
  for (const request of arrived) {
    const span = clientSpans(spans).find((one) => String(one.tag('http.url')).endsWith(request.target));
    required(span !== undefined, `no span has the URL of ${request.target}`);
    requireChild(span, callers[Number(request.target.slice(1))]!);
    requireCarriedByOne(bench, request, [span]);
  }
}

function clientSpans(spans: readonly MockSpan[]): MockSpan[] {
  return spans.filter((span) => span.tag('span.kind') === 'client');
}

/** A span of somewhere else. It is over, so that only the client's are waited for. */
function finishedSpan(bench: ClientBench): Span {
  const span = bench.tracer.startSpan('elsewhere');
  span.finish();
  return span;
}
