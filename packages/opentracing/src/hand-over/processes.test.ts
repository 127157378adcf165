import { type ChildProcess, execFile, fork } from 'node:child_process';
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { promisify } from 'node:util';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { MockTracer, type Span } from '../index.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';
import { type BundledPeer, bundlePeer, type PeerAnswer } from './fixtures/bundle-peer.ts';
import { openEnvelope, sendTraced } from './index.ts';
import { environmentWithContext } from './node.ts';

const tracer = new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager() });
const started: (ChildProcess | Worker)[] = [];
let peer: BundledPeer;
beforeAll(async () => {
  peer = await bundlePeer();
});
afterAll(() => peer.remove());
beforeEach(() => tracer.clear());
afterEach(async () => {
  for (const child of started.splice(0)) {
    const gone = once(child, 'exit');
    child.kill();
    await gone;
  }
});

const idOf = (span: Span | null): string | undefined => span?.context().toSpanId();

describe('a process', () => {
  async function spawnPeer(env: NodeJS.ProcessEnv): Promise<PeerAnswer> {
    const { stdout } = await promisify(execFile)(process.execPath, [peer.file], { env });
    return JSON.parse(stdout) as PeerAnswer;
  }

  it('that is spawned with the context in its environment starts a child', async () => {
    const answer = await tracer.withActiveSpan('spawning', async (spawning) => {
      spawning.setBaggageItem('user', '7 é');
      return spawnPeer(environmentWithContext({ tracer }));
    });
    const [spawning] = tracer.finishedSpans();
    expect(answer.spans).toEqual([
      expect.objectContaining({
        name: 'start',
        traceId: spawning?.context().toTraceId(),
        parentId: spawning?.context().toSpanId(),
        baggage: { user: '7 é' },
      }),
    ]);
  });

  it('that is spawned without one starts a root', async () => {
    const { spans } = await spawnPeer(environmentWithContext({ tracer }));
    expect(spans).toEqual([expect.objectContaining({ name: 'start', parentId: null })]);
  });

  it('whose channel is closed throws nothing: sendTraced gives false, and an error event comes', async () => {
    const child = fork(peer.file);
    started.push(child);
    await once(child, 'message');
    child.disconnect();
    const failed = once(child, 'error');
    expect(sendTraced(child, 'too late', { tracer })).toBe(false);
    expect(await failed).toEqual([expect.objectContaining({ code: 'ERR_IPC_CHANNEL_CLOSED' })]);
  });

  describe.each([
    ['forked', 'json'],
    ['forked', 'advanced'],
    ['of a cluster', 'json'],
  ] as const)('%s (%s)', (kind, serialization) => {
    function start(context: Span | null): ChildProcess | Worker {
      const env = environmentWithContext({ tracer, context });
      if (kind === 'forked') return fork(peer.file, { env, serialization });
      cluster.setupPrimary({ exec: peer.file, serialization });
      return cluster.fork(env);
    }

    async function startReady(context: Span | null): Promise<{ child: ChildProcess; from: string | undefined }> {
      // Both have send and the event; only their types differ.
      const child = start(context) as ChildProcess;
      started.push(child);
      const [data] = (await once(child, 'message')) as [unknown];
      const { message, context: given } = openEnvelope(data, { tracer });
      expect(message).toBe('ready');
      return { child, from: given?.toSpanId() };
    }

    async function answerOf(child: ChildProcess): Promise<{ answer: PeerAnswer; from: string | undefined }> {
      const [data] = (await once(child, 'message')) as [PeerAnswer];
      const { message, context } = openEnvelope<PeerAnswer>(data, { tracer });
      return { answer: message, from: context?.toSpanId() };
    }

    it('is a child from its start, and carries that back', async () => {
      const forking = tracer.startSpan('forking');
      const { child, from } = await startReady(forking);
      expect(from).toBe(idOf(forking));
      child.send('plain');
      const { answer } = await answerOf(child);
      expect(answer.spans[0]).toMatchObject({ name: 'start', parentId: idOf(forking) });
      // A message without a context is a root of its own, also in a process that was started under a span.
      expect(answer).toMatchObject({ echo: 'plain', active: { name: 'handle', parentId: null } });
    });

    it('handles a message as a child of the sender, and replies as itself', async () => {
      const { child, from } = await startReady(null);
      expect(from).toBeUndefined();
      await tracer.withActiveSpan('asking', async (asking) => {
        asking.setBaggageItem('userId', '7 é');
        sendTraced(child, { text: 'ask' }, { tracer });
        const { answer, from: replying } = await answerOf(child);
        expect(answer).toMatchObject({
          echo: 'ask',
          active: { parentId: idOf(asking), traceId: asking.context().toTraceId(), baggage: { userId: '7 é' } },
        });
        expect(replying).toBe(answer.active.spanId);
        expect(tracer.activeSpan).toBe(asking);
      });
    });
  });
});
