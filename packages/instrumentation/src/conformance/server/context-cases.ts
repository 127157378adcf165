import { Agent } from 'node:http';

import type { Span } from '@spanwise/opentracing';

import { required, same } from '../assert.ts';
import { namedSpan, onlySpan, requireChild, requireRoot } from '../spans.ts';
import { Latch } from '../waiting.ts';
import { answering, type ServerBench, type ServerRequirement, UNTRACED_PATH } from './bench.ts';
import type { Reply } from './caller.ts';
import type { Answer } from './under-test.ts';

const AT_ONCE = 20;

/** Which trace a request belongs to, and what is active while it is served. */
export const contextCases: Record<string, ServerRequirement> = {
  'the context in the headers is the parent': async (bench) => {
    await bench.serveOne('/ok', answering({ status: 200 }));
    const caller = finishedSpan(bench);
    requireChild(await bench.span('/ok', { headers: bench.headersOf(caller) }), caller);
  },

  'header names count in any case': async (bench) => {
    await bench.serveOne('/ok', answering({ status: 200 }));
    const caller = finishedSpan(bench);
    const entries = Object.entries(bench.headersOf(caller)).map(([name, value]) => [name.toUpperCase(), value]);
    requireChild(await bench.span('/ok', { headers: Object.fromEntries(entries) }), caller);
  },

  'without a context in the headers the span is a root, though a span is active where the server starts': async (
    bench,
  ) => {
    await bench.tracer.withActiveSpan('start-up', async () => bench.serveOne('/ok', answering({ status: 200 })));
    requireRoot(await bench.span('/ok'));
  },

  'damaged headers make a root, and the request is served': async (bench) => {
    await bench.serveOne('/ok', answering({ status: 200, body: 'fine' }));
    const names = Object.keys(bench.headersOf(finishedSpan(bench)));
    const values = ['', 'zz', '%', '0'.repeat(4000), '\u00ff', ['zz', '%']];
    for (const value of values) {
      const reply = await bench.call('/ok', { headers: Object.fromEntries(names.map((name) => [name, value])) });
      same(reply.body, 'fine', `the answer to headers with ${JSON.stringify(value).slice(0, 20)}`);
    }
    const spans = (await bench.spans()).filter((span) => span.tag('span.kind') === 'server');
    same(spans.length, values.length, 'the number of spans');
    for (const span of spans) requireRoot(span);
  },

  'baggage of the caller is read in the handler': async (bench) => {
    const body = (): string => bench.tracer.activeSpan?.getBaggageItem('user') ?? 'none';
    await bench.serveOne('/baggage', () => ({ status: 200, body: body() }));
    const caller = finishedSpan(bench).setBaggageItem('user', 'Ä 17');
    same((await bench.call('/baggage', { headers: bench.headersOf(caller) })).body, 'Ä 17', 'the baggage item');
  },

  'a span that the handler starts is a child': async (bench) => {
    await bench.serveOne('/child', () => {
      bench.tracer.startSpan('child').finish();
      return { status: 200 };
    });
    await bench.call('/child');
    const spans = await bench.spans();
    requireChild(namedSpan(spans, 'child'), onlySpan(spans, 'server'));
  },

  'a span that the handler starts after an await is a child, and its parent is still open': async (bench) => {
    await bench.serveOne('/late-child', async () => {
      await turn();
      const open = bench.tracer.unfinishedSpans().length;
      bench.tracer.startSpan('child').finish();
      return { status: 200, body: `${open} open` };
    });
    same((await bench.call('/late-child')).body, '1 open', 'the spans in the handler after an await');
    const spans = await bench.spans();
    requireChild(namedSpan(spans, 'child'), onlySpan(spans, 'server'));
  },

  'requests at the same time do not mix': async (bench) => {
    await bench.serveOne('/at-once/:number', meeting(bench));
    const callers = Array.from({ length: AT_ONCE }, (_, number) => bench.tracer.startSpan(`caller ${number}`));
    const replies = callers.map((caller, number) =>
      bench.call(`/at-once/${number}`, { headers: bench.headersOf(caller) }),
    );
    for (const [number, reply] of (await Promise.all(replies)).entries()) requireOwnAnswer(reply, number);
    for (const caller of callers) caller.finish();
    await requireOwnSpans(bench, callers);
  },

  'a request is no child of the one before on its connection': async (bench) => {
    await bench.serveOne('/ok', answering({ status: 200 }));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      for (let i = 0; i < 3; i++) await bench.call('/ok', { agent });
    } finally {
      agent.destroy();
    }
    const spans = await bench.spans();
    same(spans.length, 3, 'the number of spans');
    for (const span of spans) requireRoot(span);
  },

  'work that goes on after the response does not see the span as active': async (bench) => {
    const [answered, looked] = [new Latch(), new Latch()];
    let active: unknown = 'not looked';
    await bench.serveOne('/ok', () => {
      void answered.opened.then(() => {
        active = bench.tracer.activeSpan;
        looked.open();
      });
      return { status: 200 };
    });
    await bench.span('/ok');
    answered.open();
    await looked.opened;
    same(active, null, 'the active span after the response');
  },
};

/** Requests can be left alone. */
export const filterCases: Record<string, ServerRequirement> = {
  'a request that is left alone has no span, and none is active in its handler': async (bench) => {
    const handle = (): Answer => ({ status: 200, body: bench.tracer.activeSpan === null ? 'none' : 'one' });
    await bench.serve(
      { method: 'GET', path: UNTRACED_PATH, handle },
      { method: 'GET', path: '/ok', handle: answering({ status: 200 }) },
    );
    const headers = bench.headersOf(finishedSpan(bench));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      // The one before it on the connection must not be active any more either.
      await bench.call('/ok', { agent });
      same((await bench.call(UNTRACED_PATH, { headers, agent })).body, 'none', 'the active span in the handler');
    } finally {
      agent.destroy();
    }
    onlySpan(await bench.spans(), 'server');
  },
};

/** A handler in which all requests meet before any goes on; each then makes a child span. */
function meeting(bench: ServerBench): (request: { target: string }) => Promise<Answer> {
  const all = new Latch();
  let arrived = 0;
  return async ({ target }) => {
    const before = bench.tracer.activeSpan;
    if (++arrived === AT_ONCE) all.open();
    await all.opened;
    await turn();
    bench.tracer.startSpan(`child of ${target}`).finish();
    return { status: 200, body: `${target} ${bench.tracer.activeSpan === before}` };
  };
}

function requireOwnAnswer({ body }: Reply, number: number): void {
  same(body, `/at-once/${number} true`, 'the target, and whether the active span stayed the same');
}

async function requireOwnSpans(bench: ServerBench, callers: readonly Span[]): Promise<void> {
  const spans = await bench.spans();
  for (const [number, caller] of callers.entries()) {
    const target = `/at-once/${number}`;
    const served = spans.find((span) => String(span.tag('http.url')).endsWith(target));
    required(served !== undefined, `no span has the URL of ${target}`);
    requireChild(served, caller);
    requireChild(namedSpan(spans, `child of ${target}`), served);
  }
}

/** A caller's span. It is over, so that only the server's are waited for. */
function finishedSpan(bench: ServerBench): Span {
  const span = bench.tracer.startSpan('caller');
  span.finish();
  return span;
}

/** Lets the event loop turn: longer than a promise, which is what a handler that waits for something does. */
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
