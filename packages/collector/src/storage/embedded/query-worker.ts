// The thread that answers queries. Started by `EmbeddedSpanStore`.
import { parentPort, workerData } from 'node:worker_threads';

import type { SpanRecord } from '@spanwise/wire/span-record';

import { HotClient } from './search/hot-port.ts';
import { QueryEngine } from './search/query-engine.ts';
import type { QueryCommand, QueryEvent, QueryHead, QueryQuestion, QueryStart } from './search/query-messages.ts';
import { layoutOf } from './segment/segment-files.ts';

/** Spans sent at once: a few milliseconds of work for the receiver. */
const spansPerPart = 500;

if (parentPort === null) throw new Error('query-worker runs as a worker thread only');
const port = parentPort;
const emit = (event: QueryEvent): void => port.postMessage(event);

const { settings } = workerData as QueryStart;
const hot = new HotClient((message) => engine.segmentsChanged(message));
const engine = new QueryEngine(hot, layoutOf(settings.directory).segments, settings.memoryLimitMegabytes);
const parts = new Map<number, SpanRecord[][]>();

port.on('message', (command: QueryCommand) => {
  if (command.type === 'ask') void answer(command.id, command.question);
  else if (command.type === 'more') sendPart(command.id);
  else if (command.type === 'connect') hot.connect(command.port);
  else void close();
});
emit({ type: 'ready' });

async function answer(id: number, question: QueryQuestion): Promise<void> {
  try {
    const { head, spans } = await resultOf(question);
    parts.set(id, inParts(spans));
    emit({ type: 'head', id, head, parts: parts.get(id)?.length ?? 0 });
    sendPart(id);
  } catch (error) {
    emit({ type: 'failure', id, message: error instanceof Error ? error.message : String(error) });
  }
}

async function resultOf(question: QueryQuestion): Promise<{ head: QueryHead; spans: readonly SpanRecord[] }> {
  switch (question.name) {
    case 'catalogue':
      return { head: { name: 'catalogue', services: await engine.catalogue() }, spans: [] };
    case 'trace':
      return { head: { name: 'trace' }, spans: await engine.trace(question.id) };
    case 'search': {
      const { traces, ...facts } = await engine.search(question.search, settings.searchBudgetMillis);
      const counts = traces.map(({ spans, matchedSpanIds }) => ({ count: spans.length, matchedSpanIds }));
      return { head: { name: 'search', ...facts, traces: counts }, spans: traces.flatMap(({ spans }) => spans) };
    }
  }
}

function inParts(spans: readonly SpanRecord[]): SpanRecord[][] {
  const cut: SpanRecord[][] = [];
  for (let from = 0; from < spans.length; from += spansPerPart) cut.push(spans.slice(from, from + spansPerPart));
  return cut;
}

function sendPart(id: number): void {
  const spans = parts.get(id)?.shift();
  if (spans === undefined) parts.delete(id);
  else emit({ type: 'part', id, spans });
}

async function close(): Promise<void> {
  hot.close();
  await engine.close();
  emit({ type: 'closed' });
}
