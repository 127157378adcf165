import { workerData } from 'node:worker_threads';

import { type OpenedEnvelope, openEnvelope } from './envelope.ts';
import type { ReceiveOptions } from './options.ts';

/**
 * What this worker thread was given by `new Worker(file, { workerData: withContext(data) })`: the data, and the context of
 * the span that was active there. Plain `workerData` is passed on without a context, and on the main thread it is `null`.
 */
export function openWorkerData<M = unknown>(options: ReceiveOptions = {}): OpenedEnvelope<M> {
  return openEnvelope<M>(workerData as M, options);
}
