// The thread that answers queries. Started by `EmbeddedSpanStore`.
import { parentPort, workerData } from 'node:worker_threads';

import { ReplayingError } from '../span-store.ts';
import { HotClient } from './search/hot-port.ts';
import { QueryEngine } from './search/query-engine.ts';
import type { QueryCommand, QueryEvent, QueryQuestion, QueryStart } from './search/query-messages.ts';
import { layoutOf } from './segment/segment-files.ts';

if (parentPort === null) throw new Error('query-worker runs as a worker thread only');
const port = parentPort;
const emit = (event: QueryEvent, moved: readonly ArrayBuffer[] = []): void => port.postMessage(event, moved);

const { settings } = workerData as QueryStart;
const hot = new HotClient((message) => engine.segmentsChanged(message));
const engine = new QueryEngine(hot, layoutOf(settings.directory).segments, settings);

port.on('message', (command: QueryCommand) => {
  if (command.type === 'ask') void answer(command.id, command.question);
  else if (command.type === 'connect') hot.connect(command.port);
  else void close();
});

async function answer(id: number, { name, args }: QueryQuestion): Promise<void> {
  try {
    // The compiler cannot see that name and arguments belong together.
    const ask = engine[name] as (...args: unknown[]) => Promise<unknown>;
    const value = await ask.apply(engine, args);
    emit({ type: 'answer', id, value }, buffersOf(value));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    emit({ type: 'failure', id, message, isReplaying: error instanceof ReplayingError });
  }
}

/** What an answer moves. Bytes that are a part of a larger buffer are copied instead: others may use it. */
function buffersOf(value: unknown): ArrayBuffer[] {
  const parts = value as { readonly traces?: unknown; readonly bytes?: unknown } | undefined;
  const bytes = value instanceof Uint8Array ? value : (parts?.traces ?? parts?.bytes);
  if (!(bytes instanceof Uint8Array) || bytes.byteLength !== bytes.buffer.byteLength) return [];
  return [bytes.buffer as ArrayBuffer];
}

async function close(): Promise<void> {
  hot.close();
  await engine.close();
  emit({ type: 'closed' });
}
