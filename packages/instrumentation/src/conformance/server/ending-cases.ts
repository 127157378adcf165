import type { MockSpan } from '@spanwise/opentracing/mock';

import { required, same } from '../assert.ts';
import { brokenTracers } from '../broken-tracers.ts';
import { onlySpan, requireError, requireErrorLog, requireNoLateCalls } from '../spans.ts';
import { Latch, usedAndClosed } from '../waiting.ts';
import { answering, ServerBench, type ServerRequirement } from './bench.ts';
import type { CreateHttpServer, HttpServerCapabilities, Route } from './under-test.ts';

class HandlerError extends Error {}

/** How a span ends when the application or the client does not do as it should. */
export const endingCases: Record<string, ServerRequirement> = {
  'the span finishes once': async (bench) => {
    await bench.serveOne('/ok', answering({ status: 200, body: 'fine' }));
    await bench.span('/ok');
    await requireFinishedOnce(bench);
  },

  'an exception of the handler is an error, and goes on': async (bench) => {
    const error = new HandlerError('the handler broke');
    requireError(await brokenBy(bench, throwing(error), error));
  },

  'after an exception of the handler the status is that which the client got': async (bench) => {
    await bench.serveOne('/throws', throwing(new HandlerError('the handler broke')));
    const { status } = await bench.call('/throws');
    const [span] = await bench.spans();
    same(span?.tag('http.status_code'), status, 'http.status_code');
  },

  'the span finishes once when the handler throws': async (bench) => {
    await bench.serveOne('/throws', throwing(new HandlerError('the handler broke')));
    await bench.span('/throws');
    await requireFinishedOnce(bench);
  },

  'the span finishes once when the client goes away, though the handler answers later': async (bench) => {
    const [arrived, answer] = [new Latch(), new Latch()];
    await bench.serveOne('/slow', async () => {
      arrived.open();
      await answer.opened;
      return { status: 200, body: 'too late' };
    });
    try {
      await callAndLeave(bench, '/slow', arrived);
      onlySpan(await bench.spans(), 'server');
    } finally {
      answer.open();
    }
    await requireFinishedOnce(bench);
  },
};

/** What a handler threw is logged. */
export const errorLogCases: Record<string, ServerRequirement> = {
  'an exception of the handler is logged': async (bench) => {
    const error = new HandlerError('the handler broke');
    requireErrorLog(await brokenBy(bench, throwing(error), error), 'the handler broke');
  },
};

/** Promises of handlers are watched. */
export const rejectionCases: Record<string, ServerRequirement> = {
  'a rejection of the handler is an error, and goes on': async (bench) => {
    const error = new HandlerError('the handler gave up');
    const span = await brokenBy(bench, rejecting(error), error);
    requireError(span);
    if (bench.capabilities.errorLogs !== false) requireErrorLog(span, 'the handler gave up');
  },
};

/** Bodies are sent in parts. */
export const streamingEndingCases: Record<string, ServerRequirement> = {
  'the span finishes once when the client goes away in the middle of the response': async (bench) => {
    const [begun, rest] = [new Latch(), new Latch()];
    await bench.serveOne('/parts', answering({ status: 200, body: endless(rest) }));
    try {
      await callAndLeave(bench, '/parts', begun);
      same(onlySpan(await bench.spans(), 'server').tag('http.status_code'), 200, 'http.status_code');
    } finally {
      rest.open();
    }
    await requireFinishedOnce(bench);
  },
};

/** Failures of the tracer stay inside the instrumentation. Takes no bench, as it needs one for each tracer. */
export async function requireGuarded(create: CreateHttpServer, capabilities: HttpServerCapabilities): Promise<void> {
  for (const [name, tracer] of brokenTracers()) {
    await usedAndClosed(new ServerBench(create, capabilities, tracer), async (bench) => {
      await bench.serveOne('/ok', answering({ status: 200, body: 'fine' }));
      same((await bench.call('/ok')).body, 'fine', `the answer with ${name}`);
      same(bench.server.thrown().length, 0, `the number of errors with ${name}`);
    });
  }
}

async function* endless(rest: Latch): AsyncGenerator<string> {
  yield 'first';
  await rest.opened;
}

function throwing(error: unknown): Route['handle'] {
  return () => {
    throw error;
  };
}

function rejecting(error: unknown): Route['handle'] {
  return async () => {
    throw error;
  };
}

/** Calls a handler that fails, sees to it that the error is still the application's, and gives the span. */
async function brokenBy(bench: ServerBench, handle: Route['handle'], error: unknown): Promise<MockSpan> {
  await bench.serveOne('/breaks', handle);
  const span = await bench.span('/breaks');
  const thrown = bench.server.thrown();
  required(thrown.length === 1 && thrown[0] === error, `the handler's error must go on once, came: ${String(thrown)}`);
  return span;
}

/** Makes a request, and breaks it off once the latch is open or a part of the body has come. */
async function callAndLeave(bench: ServerBench, target: string, when: Latch): Promise<void> {
  const abort = new AbortController();
  const reply = bench.call(target, { signal: abort.signal, onPart: () => when.open() });
  // Its failure is what the case is about; were it not handled here, it would be unhandled while the case waits.
  const failed = reply.then(
    () => 'an answer',
    () => undefined,
  );
  await bench.within(when.opened, `the begin of ${target}`);
  abort.abort();
  same(await failed, undefined, 'what a client gets that went away');
}

/** Ends everything first, since a second finish may come with the end of the connection. */
async function requireFinishedOnce(bench: ServerBench): Promise<void> {
  await bench.close();
  requireNoLateCalls(bench.tracer);
}
