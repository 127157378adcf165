import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

import { FORMAT_BINARY, FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from '@spanwise/opentracing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  basictracer,
  constantSampler,
  createTracer,
  jaeger,
  parentBased,
  SeededIds,
  type SpanwiseSpanContext,
  type SpanwiseTracer,
} from '../src/index.ts';

// Real programs on Python's opentracing. The CI script installs them, outside the checkout.
const cache = process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
const python = path.join(cache, 'spanwise-peers/python/bin/python');
const installed = spawnSync(python, ['-c', 'import basictracer, jaeger_client']).status === 0;
const skipped = !installed && !process.env['CI'];
if (skipped) {
  console.log(
    `skipped: no basictracer and jaeger-client for Python in ${path.join(cache, 'spanwise-peers/python')}; .ci/python-peers installs them`,
  );
}

/** What the Python program says of a context. */
interface Described {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly sampled?: boolean;
  readonly debug?: boolean;
  readonly debugId?: string;
  readonly baggage: Record<string, string>;
}

interface Answer {
  readonly error?: string;
  /** What came from us. */
  readonly received: Described | null;
  /** The span that it started, and that its carrier is about. */
  readonly sent: Described;
  readonly tags: Record<string, string>;
  readonly carrier: unknown;
}

/** One of the programs in the folder python. */
class Peer {
  readonly #process: ChildProcess;
  readonly #address: string;

  private constructor(child: ChildProcess, port: string) {
    this.#process = child;
    this.#address = `http://127.0.0.1:${port}/`;
  }

  static async start(program: string): Promise<Peer> {
    const file = path.join(import.meta.dirname, 'python', program);
    const child = spawn(python, ['-u', '-B', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    const errors = text(child.stderr);
    const ended = once(child, 'exit').then(async () => {
      throw new Error(`${program} ended before it served: ${await errors}`);
    });
    const [port] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string];
    ended.catch(() => {});
    return new Peer(child, port);
  }

  /** Hands a carrier over; the answer has the one that came back. */
  async exchange(
    format: string,
    carrier: { buffer?: Uint8Array } | null,
    baggage: Record<string, string> = {},
  ): Promise<Answer> {
    const isHttp = format === FORMAT_HTTP_HEADERS;
    const bytes = carrier?.buffer;
    const response = await fetch(this.#address, {
      method: 'POST',
      headers: isHttp ? (carrier as Record<string, string>) : {},
      body: JSON.stringify({ format, baggage, carrier: bytes ? Buffer.from(bytes).toString('hex') : carrier }),
    });
    const answer = (await response.json()) as Answer;
    if (isHttp) return { ...answer, carrier: response.headers };
    if (format === FORMAT_BINARY)
      return { ...answer, carrier: { buffer: Buffer.from(answer.carrier as string, 'hex') } };
    return answer;
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, 'exit');
    this.#process.kill();
    await exit;
  }
}

function tracerWith(propagators: Parameters<typeof createTracer>[0], isSampled = true): SpanwiseTracer {
  const sampler = parentBased(constantSampler(isSampled));
  return createTracer({ serviceName: 'test', recorders: [], ids: new SeededIds(7), sampler, ...propagators });
}

function hex(id: string): string {
  return id.replace(/^0+(?=.)/, '');
}

/** Ours as Python says it. */
function described(context: SpanwiseSpanContext): Described {
  return {
    traceId: hex(context.toTraceId()),
    spanId: hex(context.toSpanId()),
    sampled: (context.flags & 1) === 1,
    baggage: context.baggage,
  };
}

const formats = [FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS, FORMAT_BINARY];
/** What HTTP lets through as it is, and what it does not. */
const plain = { 'user-id': 'a=b, c; 50 %', k: '1' };
const anything = { 'user-id': 'Ä b, c=d;e%\n', k: '' };

describe.skipIf(skipped)("Python's basictracer", () => {
  const propagators = [basictracer];
  let peer: Peer;
  beforeAll(async () => {
    peer = await Peer.start('basictracer_peer.py');
  });
  afterAll(async () => peer?.stop());

  it.each(formats)('continues our traces, and we continue its, in %s', async (format) => {
    for (const isSampled of [true, false]) {
      const tracer = tracerWith({ propagators }, isSampled);
      for (let count = 0; count < 50; count++) {
        const span = tracer.startSpan('ours');
        for (const [key, value] of Object.entries(plain)) span.setBaggageItem(key, value);
        const carrier = {};
        tracer.inject(span, format, carrier);
        const answer = await peer.exchange(format, carrier, { more: 'x y' });
        const ours = described(span.context());
        // It knows 64 bits of a trace id.
        const traceId = hex(ours.traceId!.slice(-16));
        expect(answer).toMatchObject({ received: { ...ours, traceId, baggage: plain } });
        const context = tracer.extract(format, answer.carrier) as SpanwiseSpanContext;
        expect(described(context)).toEqual(answer.sent);
        expect(answer.sent).toMatchObject({ traceId, sampled: isSampled, baggage: { ...plain, more: 'x y' } });
      }
    }
  });

  it.each(formats)('begins a trace that we continue, in %s', async (format) => {
    const tracer = tracerWith({ propagators });
    // With headers it looks for a context, and finds none.
    const answer = await peer.exchange(format, format === FORMAT_HTTP_HEADERS ? {} : null, plain);
    expect(answer.received).toBeNull();
    const context = tracer.extract(format, answer.carrier) as SpanwiseSpanContext;
    expect(described(context)).toEqual(answer.sent);
    expect(context.baggage).toEqual(plain);
    const child = tracer.startSpan('ours', { childOf: context });
    expect(child.context().toTraceId()).toBe(answer.sent.traceId!.padStart(32, '0'));
  });

  it.each([
    [FORMAT_TEXT_MAP, 'user-id'],
    [FORMAT_BINARY, 'User-Id'],
  ])('reads any text of baggage in %s', async (format, key) => {
    const tracer = tracerWith({ propagators });
    const carrier = {};
    tracer.inject(tracer.startSpan('ours').setBaggageItem('User-Id', anything['user-id']), format, carrier);
    const answer = await peer.exchange(format, carrier);
    expect(answer.received?.baggage).toEqual({ [key]: anything['user-id'] });
    const context = tracer.extract(format, answer.carrier) as SpanwiseSpanContext;
    expect(context.baggage).toEqual({ [key]: anything['user-id'] });
  });
});

describe.skipIf(skipped)("Python's jaeger-client", () => {
  const propagators = [jaeger];
  let peer: Peer;
  beforeAll(async () => {
    peer = await Peer.start('jaeger_peer.py');
  });
  afterAll(async () => peer?.stop());

  it.each([FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS])(
    'continues our traces, and we continue its, in %s',
    async (format) => {
      for (const isSampled of [true, false]) {
        const tracer = tracerWith({ propagators }, isSampled);
        for (let count = 0; count < 50; count++) {
          const span = tracer.startSpan('ours');
          for (const [key, value] of Object.entries(anything)) span.setBaggageItem(key, value);
          const carrier = {};
          tracer.inject(span, format, carrier);
          const answer = await peer.exchange(format, carrier, { more: 'é %41' });
          const ours = described(span.context());
          expect(answer).toMatchObject({ received: { ...ours, debug: false } });
          const context = tracer.extract(format, answer.carrier) as SpanwiseSpanContext;
          expect({ ...described(context), debug: false }).toEqual(answer.sent);
          expect(answer.sent).toMatchObject({
            traceId: ours.traceId,
            sampled: isSampled,
            baggage: { ...anything, more: 'é %41' },
          });
        }
      }
    },
  );

  it.each([FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS])('begins a trace that we continue, in %s', async (format) => {
    const tracer = tracerWith({ propagators });
    const answer = await peer.exchange(format, format === FORMAT_HTTP_HEADERS ? {} : null, anything);
    expect(answer.received).toBeNull();
    expect(answer.sent.traceId!.length).toBeGreaterThan(16);
    const context = tracer.extract(format, answer.carrier) as SpanwiseSpanContext;
    expect({ ...described(context), debug: false }).toEqual(answer.sent);
    const child = tracer.startSpan('ours', { childOf: context });
    expect(hex(child.context().toTraceId())).toBe(answer.sent.traceId);
  });

  it.each([FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS])('knows our debug, and we know its, in %s', async (format) => {
    const tracer = tracerWith({ propagators });
    const carrier = {};
    tracer.inject(tracer.startSpan('ours', { tags: { 'sampling.priority': 1 } }), format, carrier);
    const answer = await peer.exchange(format, carrier);
    expect(answer.received).toMatchObject({ sampled: true, debug: true });
    expect(tracer.extract(format, answer.carrier)).toMatchObject({ debug: true, flags: 1 });
  });

  it('takes a debug id as we do', async () => {
    const tracer = tracerWith({ propagators }, false);
    const headers = { 'jaeger-debug-id': 'order-42', 'jaeger-baggage': 'a=1, b=x%20y' };
    const ours = tracer.extract(FORMAT_HTTP_HEADERS, headers)!;
    const carrier = {};
    tracer.inject(ours, FORMAT_HTTP_HEADERS, carrier);
    for (const given of [headers, carrier]) {
      const answer = await peer.exchange(FORMAT_HTTP_HEADERS, given);
      expect(answer.received).toEqual({ debugId: 'order-42', baggage: { a: '1', b: 'x y' } });
      expect(answer).toMatchObject({ sent: { sampled: true, debug: true }, tags: { 'jaeger-debug-id': 'order-42' } });
    }
    expect(tracer.startSpan('root', { childOf: ours })).toMatchObject({
      debug: true,
      attributes: ['jaeger-debug-id', 'order-42'],
      baggageItems: { a: '1', b: 'x y' },
    });
  });
});
