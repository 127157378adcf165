import { isChildOf, spanNamed } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import type { Steps } from '../steps.ts';

/** Two requests schedule a callback each at the same time: each callback runs below the request that scheduled it. */
function* twoRequests(bench: Bench, schedule: (callback: () => void) => void): Steps {
  const called = ['a', 'b'].map((name) =>
    bench.tracer.withActiveSpan(
      name,
      () =>
        new Promise<void>((resolve) => {
          schedule(() => {
            bench.mark(`in ${name}`);
            resolve();
          });
        }),
    ),
  );
  yield Promise.all(called);
  const spans = bench.tracer.finishedSpans();
  for (const name of ['a', 'b']) isChildOf(spanNamed(spans, `in ${name}`), spanNamed(spans, name));
}

/** A callback of `setTimeout` runs below the span that was active when the timer was set. Origin: ours. */
export const setTimeoutTimer: Scenario = {
  name: 'timers: set_timeout',
  origin: 'javascript',
  main: (bench) => twoRequests(bench, (callback) => void setTimeout(callback, 0)),
};

/** The same with `setInterval`, which is cleared by its first callback. Origin: ours. */
export const setIntervalTimer: Scenario = {
  name: 'timers: set_interval',
  origin: 'javascript',
  main: (bench) =>
    twoRequests(bench, (callback) => {
      const timer = setInterval(() => {
        clearInterval(timer);
        callback();
      }, 0);
    }),
};

/** The same with `queueMicrotask`. Origin: ours. */
export const microtask: Scenario = {
  name: 'timers: queue_microtask',
  origin: 'javascript',
  main: (bench) => twoRequests(bench, (callback) => queueMicrotask(callback)),
};

/** The same with `setImmediate`. Origin: ours. */
export const immediate: Scenario = {
  name: 'timers: set_immediate',
  origin: 'javascript',
  needs: 'node',
  main: (bench) => twoRequests(bench, (callback) => void setImmediate(callback)),
};

/** The same with `process.nextTick`. Origin: ours. */
export const nextTick: Scenario = {
  name: 'timers: next_tick',
  origin: 'javascript',
  needs: 'node',
  main: (bench) => twoRequests(bench, (callback) => process.nextTick(callback)),
};

/** A message of a channel is received below the span in which the channel was made. Origin: ours. */
export const messagePort: Scenario = {
  name: 'timers: message_port',
  origin: 'javascript',
  main: (bench) =>
    twoRequests(bench, (callback) => {
      const { port1, port2 } = new MessageChannel();
      // As the web has it: Node's types leave this out.
      const port = port1 as unknown as EventTarget & { start(): void };
      port.addEventListener('message', () => {
        port1.close();
        callback();
      });
      port.start();
      port2.postMessage('ping');
    }),
};
