// The thread that turns the journal into rows and segments. Started by `EmbeddedSpanStore`.
import { parentPort, workerData } from 'node:worker_threads';

import { IngestEngine } from './ingest/ingest-engine.ts';
import type { IngestCommand, IngestEvent, IngestStart } from './ingest/ingest-messages.ts';

if (parentPort === null) throw new Error('ingest-worker runs as a worker thread only');
const port = parentPort;
const emit = (event: IngestEvent): void => port.postMessage(event);

const engine = new IngestEngine(workerData as IngestStart, emit);

port.on('message', (command: IngestCommand) => {
  if (command.type === 'durable') engine.durableUpTo(command.end);
  else if (command.type === 'connect') engine.connect(command.port);
  else if (command.type === 'retain') void engine.retain(command.nowMicros);
  else if (command.type === 'stop-writing') void engine.stopWriting();
  else void engine.close().then(() => emit({ type: 'closed' }));
});

await engine.run();
