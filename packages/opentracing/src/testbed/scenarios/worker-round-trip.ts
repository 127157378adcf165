import type * as threads from 'node:worker_threads';

import { FORMAT_TEXT_MAP } from '../../constants.ts';
import { isChildOf } from '../assertions.ts';
import type { Scenario } from '../scenario.ts';
import type { Steps } from '../steps.ts';
import { nodeModule } from './node-module.ts';

type Carrier = Record<string, string>;

/** Answers with what it was sent: spans do not cross threads, their contexts do. */
const echo = `const { parentPort } = require('node:worker_threads');
parentPort.once('message', (message) => parentPort.postMessage(message));`;

/** A context goes to a worker and comes back with its answer; who asked goes on in its span. Origin: ours. */
export const workerRoundTrip: Scenario = {
  name: 'worker_round_trip',
  origin: 'javascript',
  needs: 'node',
  *main(bench): Steps {
    const { tracer } = bench;
    const { Worker } = nodeModule('node:worker_threads') as typeof threads;
    yield bench.spawn(() =>
      tracer.withActiveSpan('request', function* (): Steps {
        const carrier: Carrier = {};
        const context = bench.manager.activeContext;
        if (context !== null) tracer.inject(context, FORMAT_TEXT_MAP, carrier);
        const worker = new Worker(echo, { eval: true });
        const answer = new Promise<Carrier>((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
        });
        worker.postMessage(carrier);
        const received = (yield answer) as Carrier;
        tracer.startSpan('in the worker', { childOf: tracer.extract(FORMAT_TEXT_MAP, received) }).finish();
        bench.mark('after the answer');
        yield worker.terminate();
      }),
    );
    const [inWorker, after, request] = bench.finished('in the worker', 'after the answer', 'request');
    isChildOf(inWorker, request);
    isChildOf(after, request);
  },
};
