import type { MockSpan } from '@spanwise/opentracing/mock';

import { required, same } from '../assert.ts';
import { brokenTracers } from '../broken-tracers.ts';
import { requireError, requireNoLateCalls } from '../spans.ts';
import { usedAndClosed } from '../waiting.ts';
import { ClientBench, type ClientRequirement } from './bench.ts';
import type { ClientCall, CreateHttpClient, HttpClientCapabilities } from './under-test.ts';

/** How a span ends when a request is answered, fails, or is given up. */
export const endingCases: Record<string, ClientRequirement> = {
  'the span finishes once': async (bench) => {
    const { origin } = await bench.serve((response) => response.end('fine'));
    await bench.span(origin);
    await requireFinishedOnce(bench);
  },

  'a refused connection is an error, and the application gets it unchanged': async (bench) => {
    const peer = await bench.serve();
    requireFailed(bench, await bench.failedSpan(await peer.refusingOrigin()));
    await requireFinishedOnce(bench);
  },

  'a connection that breaks before the answer is an error, and the application gets it unchanged': async (bench) => {
    const { origin } = await bench.serve((response) => response.destroy());
    requireFailed(bench, await bench.failedSpan(origin));
    await requireFinishedOnce(bench);
  },

  'a connection that breaks in the middle of the answer fails as ever, and the span finishes once': async (bench) => {
    const broken = await brokenInTheMiddle(bench);
    if (bench.capabilities.wholeResponse !== false) requireError(broken);
    await requireFinishedOnce(bench);
  },
};

/** Requests are given up by a signal. */
export const abortCases: Record<string, ClientRequirement> = {
  'the span finishes once when the application gives up before the answer': async (bench) => {
    let abort = new AbortController();
    const { origin } = await bench.serve(() => abort.abort());
    await bench.failedSpan(origin, () => ({ signal: (abort = new AbortController()).signal }));
    await requireFinishedOnce(bench);
  },

  'the span finishes once when the application gives up in the middle of the answer': async (bench) => {
    const { origin } = await bench.serve((response) => void response.write('begin'));
    const span = await bench.failedSpan(origin, () => abortedByResponse());
    same(span.tag('http.status_code'), 200, 'http.status_code');
    await requireFinishedOnce(bench);
  },

  'the span finishes once when the application has given up already': async (bench) => {
    const { origin } = await bench.serve();
    const signal = AbortSignal.abort();
    required(await fails(bench.send(origin, { signal })), 'a request with an aborted signal must fail');
    await bench.spans();
    await requireFinishedOnce(bench);
  },
};

/** Requests are given up that take too long. */
export const timeoutCases: Record<string, ClientRequirement> = {
  'the span finishes once when the answer takes too long': async (bench) => {
    const { origin } = await bench.serve(() => {});
    await bench.failedSpan(origin, () => ({ timeoutMillis: 20 }));
    await requireFinishedOnce(bench);
  },
};

/** Failures of the tracer stay inside the instrumentation. Takes no bench, as it needs one for each tracer. */
export async function requireGuarded(create: CreateHttpClient, capabilities: HttpClientCapabilities): Promise<void> {
  for (const [name, tracer] of brokenTracers()) {
    await usedAndClosed(new ClientBench(create, capabilities, tracer), async (bench) => {
      const { origin } = await bench.serve((response) => response.end('fine'));
      same((await bench.send(origin)).body, 'fine', `the answer with ${name}`);
    });
  }
}

async function brokenInTheMiddle(bench: ClientBench): Promise<MockSpan> {
  let breakOff = (): void => {};
  const { origin } = await bench.serve((response) => {
    response.write('begin');
    breakOff = () => void response.destroy();
  });
  // Once the answer has begun at the client, and not before: that would be a failure without an answer.
  return bench.failedSpan(origin, () => ({ onResponse: () => breakOff() }));
}

function abortedByResponse(): Partial<ClientCall> {
  const abort = new AbortController();
  return { signal: abort.signal, onResponse: () => abort.abort() };
}

function requireFailed(bench: ClientBench, span: MockSpan): void {
  requireError(span);
  if (bench.capabilities.errorLogs === false) return;
  const logged = span.logs().filter(({ fields }) => fields['event'] === 'error');
  same(logged.length, 1, 'the number of error logs');
}

async function fails(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => false,
    () => true,
  );
}

/** Ends everything first, since a second finish may come with the end of the connection. */
async function requireFinishedOnce(bench: ClientBench): Promise<void> {
  await bench.close();
  requireNoLateCalls(bench.tracer);
}
