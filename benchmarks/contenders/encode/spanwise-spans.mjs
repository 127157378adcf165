import { createTracer } from '@spanwise/tracer';

import { exchanges } from './exchanges.mjs';

/** The records of finished spans, as our tracer makes them. */
export function spanwiseSpans() {
  const records = [];
  const tracer = createTracer({ serviceName: 'bench', recorders: [{ finish: (record) => records.push(record) }] });
  for (const { server, client } of exchanges) {
    const root = tracer.startSpan(server.name, { tags: { 'span.kind': 'server' } });
    root.addTags(server.tags);
    root.log({ event: server.event.name, user: server.event.user });
    const child = tracer.startSpan(client.name, { childOf: root, tags: { 'span.kind': 'client' } });
    child.addTags(client.tags);
    child.finish();
    root.finish();
  }
  return records;
}
