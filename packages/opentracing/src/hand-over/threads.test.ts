import { once } from 'node:events';
import { BroadcastChannel, MessageChannel, Worker } from 'node:worker_threads';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { MockTracer, type Span } from '../index.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';
import { type BundledPeer, bundlePeer, type PeerAnswer } from './fixtures/bundle-peer.ts';
import {
  type OpenedEnvelope,
  openEnvelope,
  type ReceivingPort,
  receiveTraced,
  sendTraced,
  withContext,
} from './index.ts';

const tracer = new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager() });
let peer: BundledPeer;
let worker: Worker | undefined;
beforeAll(async () => {
  peer = await bundlePeer();
});
afterAll(() => peer.remove());
beforeEach(() => tracer.clear());
afterEach(() => worker?.terminate());

async function startWorker(workerData: unknown): Promise<{ worker: Worker; ready: OpenedEnvelope<unknown> }> {
  worker = new Worker(peer.file, { workerData });
  const [data] = (await once(worker, 'message')) as [unknown];
  return { worker, ready: openEnvelope(data, { tracer }) };
}

/** The next message, as whoever uses the receiving side by hand sees it. */
async function nextAnswer(port: ReceivingPort): Promise<{ answer: PeerAnswer; context: string | undefined }> {
  return new Promise((resolve) => {
    const stop = receiveTraced<PeerAnswer>(
      port,
      (answer, context) => {
        stop();
        resolve({ answer, context: context?.toSpanId() });
      },
      { tracer },
    );
  });
}

const idOf = (span: Span | null): string | undefined => span?.context().toSpanId();

describe('a worker thread', () => {
  it('is started under a span: what it starts is a child', async () => {
    const sending = tracer.startSpan('starting').setBaggageItem('userId', '7');
    const { worker: thread, ready } = await startWorker(withContext({ port: 80 }, { tracer, context: sending }));
    expect([ready.message, ready.context?.toSpanId()]).toEqual(['ready', idOf(sending)]);
    sendTraced(thread, 'ask', { tracer });
    const { answer } = await nextAnswer(thread);
    expect(answer.data).toEqual({ port: 80 });
    expect(answer.spans[0]).toMatchObject({
      name: 'start',
      traceId: sending.context().toTraceId(),
      parentId: idOf(sending),
      baggage: { userId: '7' },
    });
  });

  it('with plain workerData starts a root', async () => {
    const { worker: thread, ready } = await startWorker({ plain: true });
    expect(ready.context).toBeNull();
    thread.postMessage('plain');
    const { answer } = await nextAnswer(thread);
    expect(answer.data).toEqual({ plain: true });
    expect(answer.spans.find(({ name }) => name === 'start')?.parentId).toBeNull();
    expect(answer.active.parentId).toBeNull();
    expect(answer.echo).toBe('plain');
  });

  it('handles a message as a child of the sender, and its reply as a child of the worker', async () => {
    const { worker: thread } = await startWorker(null);
    await tracer.withActiveSpan('asking', async (asking) => {
      asking.setBaggageItem('userId', '7');
      const bytes = new Uint8Array([1, 2, 3]);
      sendTraced(thread, { text: 'ask', bytes }, { tracer, transferList: [bytes.buffer] });
      expect(bytes.byteLength).toBe(0);
      const { answer, context } = await nextAnswer(thread);
      expect(answer.echo).toBe('ask');
      expect(answer.bytes).toEqual(new Uint8Array([1, 2, 3]));
      expect(answer.active).toMatchObject({
        name: 'handle',
        parentId: idOf(asking),
        traceId: asking.context().toTraceId(),
        baggage: { userId: '7' },
      });
      // Its work, after an await over there, is a child of its span; and so is the reply.
      expect(answer.spans.find(({ name }) => name === 'work')?.parentId).toBe(answer.active.spanId);
      expect(context).toBe(answer.active.spanId);
      // The caller goes on in its own scope.
      expect(tracer.activeSpan).toBe(asking);
    });
  });

  it('handles messages of a port that was transferred', async () => {
    const { worker: thread } = await startWorker(null);
    const { port1, port2 } = new MessageChannel();
    const asking = tracer.startSpan('asking');
    sendTraced(thread, { text: 'by port', replyPort: port2 }, { tracer, context: asking, transferList: [port2] });
    const { answer, context } = await nextAnswer(port1);
    port1.close();
    expect(answer).toMatchObject({ echo: 'by port', active: { parentId: idOf(asking), spanId: context } });
  });

  it('talks over a BroadcastChannel, both ways', async () => {
    const name = `hand-over ${process.pid}`;
    await startWorker({ channel: name });
    const channel = new BroadcastChannel(name) as BroadcastChannel & EventTarget;
    const asking = tracer.startSpan('asking');
    sendTraced(channel, 'to all', { tracer, context: asking });
    const { answer, context } = await nextAnswer(channel);
    channel.close();
    expect(answer).toMatchObject({ echo: 'to all', active: { parentId: idOf(asking), spanId: context } });
  });
});
