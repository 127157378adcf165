import { Worker } from 'node:worker_threads';

import { OtlpJsonEncoder } from '@spanwise/wire/otlp/encode';
import { spanRecord } from '@spanwise/wire';
import { describe, expect, it, onTestFinished } from 'vitest';

import { bodyCodecs } from '../formats/body-codecs.ts';
import { CheckThread } from './check-thread.ts';

/** About 200 bytes each, so that 2,000 are a large body. */
function jsonBody(spanCount: number): Uint8Array {
  const encoder = new OtlpJsonEncoder();
  for (let id = 1; id <= spanCount; id++) encoder.add(spanRecord({ traceId3: 1, spanId1: id, name: 'GET /checkout' }));
  return encoder.take();
}

function newThread(): CheckThread {
  const thread = new CheckThread();
  onTestFinished(() => thread.close());
  return thread;
}

describe('checking bodies', () => {
  it.each([1, 2000])('counts the spans of a body with %i of them', async (spanCount) => {
    const bytes = jsonBody(spanCount);
    expect(await newThread().check(bodyCodecs.otlpJson, bytes)).toEqual({ spanCount, rejected: 0, reasons: [] });
    expect(bytes.length).toBeGreaterThan(0);
  });

  it.each([2, 1_000_000])('says what is wrong with a body of %i bytes', async (length) => {
    const bytes = Buffer.alloc(length, '[');
    expect(await newThread().check(bodyCodecs.otlpJson, bytes)).toEqual({
      malformed: expect.stringContaining('JSON') as string,
    });
    expect(await newThread().check(bodyCodecs.zipkinV2Json, bytes)).toEqual({
      malformed: expect.any(String) as string,
    });
  });

  it('checks several large bodies at once and keeps them apart', async () => {
    const thread = newThread();
    const counts = [2000, 2001, 2002];
    const results = await Promise.all(counts.map((count) => thread.check(bodyCodecs.otlpJson, jsonBody(count))));
    expect(results).toEqual(counts.map((spanCount) => ({ spanCount, rejected: 0, reasons: [] })));
  });

  it('fails what it has when its thread ends, and starts another for the next', async () => {
    const thread = newThread();
    const failed = expect(thread.check(bodyCodecs.otlpJson, jsonBody(2000))).rejects.toThrow(
      'the thread that checks bodies ended',
    );
    await thread.close();
    await failed;
    expect(await thread.check(bodyCodecs.otlpJson, jsonBody(2000))).toMatchObject({ spanCount: 2000 });
  });

  it('keeps the checks of a new thread when the one before it, dead of an error, exits', async () => {
    const answer = `const { parentPort } = require('node:worker_threads');
      parentPort.on('message', ({ id }) => parentPort.postMessage({ id, result: { spanCount: 7, rejected: 0, reasons: [] } }));`;
    const dies = `require('node:worker_threads').parentPort.once('message', () => { throw new Error('planned'); });`;
    const workers: Worker[] = [];
    const thread = new CheckThread(() => {
      const worker = new Worker(workers.length === 0 ? dies : answer, { eval: true, execArgv: [] });
      workers.push(worker);
      return worker;
    });
    onTestFinished(() => thread.close());
    await expect(thread.check(bodyCodecs.otlpJson, jsonBody(2000))).rejects.toThrow('planned');
    const next = thread.check(bodyCodecs.otlpJson, jsonBody(2000));
    workers[0]!.emit('exit', 1);
    expect(await next).toMatchObject({ spanCount: 7 });
  });
});
