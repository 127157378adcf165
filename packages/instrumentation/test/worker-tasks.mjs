// What worker threads do in the tests: the tasks of a pool, and answers over ports.
import { setImmediate } from 'node:timers/promises';
import { parentPort, threadId, workerData } from 'node:worker_threads';

import { MockTracer } from '@spanwise/opentracing/mock';
import { AsyncLocalStorageScopeManager } from '@spanwise/opentracing/scope-managers/async-local-storage';

import { brokenTracers } from '../src/conformance/broken-tracers.ts';
import { answerTraced, tracedTask } from '../src/worker-threads.ts';

const tracer = new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager() });
const options = { tracer };

function describe(span) {
  return {
    name: span.operationName(),
    traceId: span.context().toTraceId(),
    spanId: span.context().toSpanId(),
    parentId: span.parentId() ?? null,
    tags: span.tags(),
    errors: span.logs().map(({ fields }) => fields.message),
  };
}

async function answer(echo) {
  // The span must be active after what real work does.
  await setImmediate();
  const work = tracer.startSpan('work');
  work.finish();
  return { echo, threadId, active: describe(tracer.activeSpan), work: describe(work) };
}

function fail(message) {
  throw Object.assign(new TypeError(`no ${message}`), { stack: 'a stack' });
}

/** The default of the pool: its name is the file's. */
export default tracedTask(answer, options);
/** Its name is its own. */
export const render = tracedTask(answer, options);
export const failing = tracedTask(fail, options);
export const exiting = tracedTask(() => process.exit(3), options);
export const waiting = tracedTask(() => new Promise(() => {}), options);
/** Gives the bytes it got, moved in both directions. */
export const bytes = tracedTask((given) => given.map((byte) => byte + 1), options);
export const without = tracedTask((task) => task, { tracer: withoutScopes() });
export const broken0 = tracedTask((task) => task, { tracer: brokenTracers()[0][1], onFailure: () => {} });
export const broken1 = tracedTask((task) => task, { tracer: brokenTracers()[1][1], onFailure: () => {} });

/** The finished spans of this thread; itself without one. */
export const spans = tracedTask(() => tracer.finishedSpans().map(describe), { tracer, shouldTrace: () => false });

/** A tracer as those for npm `opentracing` are. */
function withoutScopes() {
  return {
    startSpan: (name, given) => tracer.startSpan(name, given),
    inject: (context, format, carrier) => tracer.inject(context, format, carrier),
    extract: (format, carrier) => tracer.extract(format, carrier),
  };
}

if (workerData?.answers === true) {
  answerTraced(
    parentPort,
    (message, transferList) => {
      if (message?.fail !== undefined) return fail(message.fail);
      if (message?.exit !== undefined) process.exit(message.exit);
      if (message?.unclonable === true) return () => {};
      if (message?.throwsUnclonable === true) throw () => {};
      if (message?.bytes !== undefined) {
        transferList.push(message.bytes.buffer);
        return message.bytes;
      }
      if (message === 'spans') return tracer.finishedSpans().map(describe);
      return answer(message);
    },
    options,
  );
  // What is no task reaches the others.
  parentPort.on('message', (message) => {
    if (message?.plain !== undefined) parentPort.postMessage(message);
  });
}
