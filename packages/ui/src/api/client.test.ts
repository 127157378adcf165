import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchSpans, fetchTrace, fetchTraceFileTemplate, get, RefusedError, UnreachableError } from './client.ts';
import { currentConnection, reportConnection } from './connection.ts';

const { signal } = new AbortController();

describe('a collector that is asked', () => {
  let server: Server;
  let answer: RequestListener;

  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { fetch } = globalThis;
    // A page asks its own origin.
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init));
  });

  afterEach(async () => {
    vi.unstubAllGlobals();
    reportConnection('up');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    ['an answer', () => get('services', signal)],
    ['a trace', () => fetchTrace('1', signal)],
    ['spans of a trace', () => fetchSpans('1', { startMicros: 1, endMicros: 2 }, signal)],
    ['the template of a trace file', () => fetchTraceFileTemplate(signal)],
  ])('is gone when it ends in the middle of %s', async (_, ask) => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
      response.write('{"services":[', () => response.destroy());
    };
    await expect(ask()).rejects.toThrow(UnreachableError);
    expect(currentConnection()).toBe('gone');
  });

  it('is gone when it ends in the middle of a refusal', async () => {
    answer = (_request, response) => {
      response.writeHead(400, { 'content-type': 'application/json', 'content-length': 1000 });
      response.write('{"error":', () => response.destroy());
    };
    await expect(get('services', signal)).rejects.toThrow(UnreachableError);
    expect(currentConnection()).toBe('gone');
  });

  it.each([502, 504])('is gone when a proxy says so by %d', async (status) => {
    answer = (_request, response) => void response.writeHead(status).end('{}');
    await expect(get('services', signal)).rejects.toThrow(UnreachableError);
    expect(currentConnection()).toBe('gone');
  });

  it('refuses in its own words, and is there', async () => {
    reportConnection('gone');
    const error = { code: 'storage', message: 'the disk is gone', hint: 'bring it back' };
    answer = (_request, response) => void response.writeHead(500).end(JSON.stringify({ error }));
    await expect(get('services', signal)).rejects.toEqual(
      new RefusedError(500, 'storage', 'the disk is gone', 'bring it back'),
    );
    expect(currentConnection()).toBe('up');
  });

  it('is there when its answer came as a whole and is none', async () => {
    answer = (_request, response) => void response.end('<html>');
    await expect(get('services', signal)).rejects.toThrow(SyntaxError);
    expect(currentConnection()).toBe('up');
  });

  it('is neither there nor gone when nobody waits for the answer any more', async () => {
    const stop = new AbortController();
    answer = (_request, response) => response.write('{', () => stop.abort());
    await expect(get('services', stop.signal)).rejects.toThrow(/abort/i);
    expect(currentConnection()).toBe('up');
  });

  it('answers', async () => {
    reportConnection('gone');
    answer = (_request, response) => void response.end('{"services":["shop"]}');
    expect(await get('services', signal)).toEqual({ services: ['shop'] });
    expect(currentConnection()).toBe('up');
  });
});
