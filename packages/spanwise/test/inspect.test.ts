import { startCollector } from '@spanwise/collector';
import type { Collector } from '@spanwise/collector';
import { createTracer, otlpReporter } from '@spanwise/tracer';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';

import { run } from '../src/run.ts';

let directory: string;
let collector: Collector;
let url: string;
/** Of the two requests with a query for each item, and of the one without. */
let slow: string[];
let healthy: string;

/** Runs the command within this process. */
async function command(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  vi.spyOn(console, 'log').mockImplementation((text) => void (stdout += `${String(text)}\n`));
  vi.spyOn(console, 'error').mockImplementation((text) => void (stderr += `${String(text)}\n`));
  const code = await run(args);
  vi.restoreAllMocks();
  return { code, stdout, stderr };
}

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'spanwise-inspect-'));
  collector = await startCollector({ dataDir: directory, portMain: 0, portOtlpHttp: 0 });
  url = collector.addresses.main!;
  const recorders = [otlpReporter({ url: collector.addresses['otlp-http']! })];
  const tracer = createTracer({ serviceName: 'catalogue', recorders });
  const request = (queries: number): string => {
    const start = Date.now() - 10_000;
    const root = tracer.startSpan('GET /items', { startTime: start, tags: { 'span.kind': 'server' } });
    for (let at = 0; at < queries; at++) {
      const startTime = start + 10 + at * 20;
      const tags = { 'span.kind': 'client', 'db.type': 'sql', 'db.statement': `SELECT * FROM item WHERE id = ${at}` };
      tracer.startSpan('SELECT item', { childOf: root, startTime, tags }).finish(startTime + 19);
    }
    root.finish(start + 20 + queries * 20);
    return root.context().toTraceId();
  };
  slow = [request(10), request(20)];
  healthy = request(1);
  await tracer.close();
});

afterAll(async () => {
  await collector.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('spanwise traces', () => {
  it('lists what came, with duration, spans and root', async () => {
    const { code, stdout } = await command('traces', '--url', url);
    expect(code).toBe(0);
    const [heading, ...rows] = stdout.trimEnd().split('\n');
    expect(heading).toMatch(/^trace +start +duration +spans +errors +root$/);
    expect(rows.map((row) => row.slice(0, 32)).sort()).toEqual([...slow, healthy].sort());
    expect(rows.find((row) => row.startsWith(slow[1]!))).toMatch(/Z +420 ms +21 +catalogue GET \/items$/);
  });

  it.each([
    [['--service', 'catalogue', '--operation', 'SELECT item', '--tag', 'db.type=sql', '--min-duration', '19ms'], 3],
    [['--min-duration', '300ms'], 1],
    [['--limit', '2'], 2],
    [['--query', 'service=catalogue db.type=sql duration>=19ms'], 3],
    [['--query', 'trace.duration>300ms !db.type'], 1],
    [['--tag', 'db.type', '--tag', 'db.statement=SELECT * FROM item WHERE id = 19'], 1],
  ])('finds with %j %i of them', async (args, count) => {
    const { stdout } = await command('traces', '--url', url, '--json', ...args);
    expect(JSON.parse(stdout)).toHaveLength(count);
  });

  it('says what to change when nothing is found', async () => {
    const { code, stdout } = await command('traces', '--url', url, '--service', 'nobody', '--since', '5m');
    expect([code, stdout]).toEqual([0, 'no trace of nobody in the last 5m; ask for more with --since\n']);
  });
});

describe('spanwise trace', () => {
  it('shows what was found, and the waterfall', async () => {
    const { code, stdout } = await command('trace', slow[1]!, '--url', url);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^! \d+ % of the time is catalogue waiting for SELECT item \(20 calls in a row: N\+1\): \d+ ms could be saved\n/,
    );
    expect(stdout).toContain(`trace ${slow[1]}`);
    expect(stdout.match(/SELECT item/g)!.length).toBeGreaterThan(20);
  });

  it('finds nothing in a healthy one', async () => {
    expect((await command('trace', healthy, '--url', url)).stdout).not.toContain('! ');
    const { stdout } = await command('trace', healthy.toUpperCase(), '--json', '--url', url);
    expect(JSON.parse(stdout)).toEqual({ traceId: healthy, findings: [], warnings: [] });
  });

  it('fails for one that is not there', async () => {
    const { code, stderr } = await command('trace', 'f'.repeat(32), '--url', url);
    expect(code).toBe(1);
    expect(stderr).toMatch(/answered 404: /);
  });
});

describe('spanwise top', () => {
  it('ranks operations and kinds by what they could save together', async () => {
    const { code, stdout } = await command('top', '--since', '15m', '--url', url, '--json');
    expect(code).toBe(0);
    let sum = 0;
    for (const id of slow) {
      const one = await command('trace', id, '--json', '--url', url);
      sum += (JSON.parse(one.stdout) as { findings: { savableMs: number }[] }).findings[0]!.savableMs;
    }
    expect((JSON.parse(stdout) as unknown[])[0]).toEqual({
      service: 'catalogue',
      operation: 'SELECT item',
      kind: 'n-plus-one',
      savableMs: expect.closeTo(sum, 6) as number,
      traces: 2,
      example: slow[1],
    });
  });

  it('prints them as a table', async () => {
    const { stdout } = await command('top', '--url', url, '--limit', '1');
    expect(stdout).toMatch(
      /^could save +traces +finding +operation +for example\n +\d+ ms +2 of 3 +n-plus-one +catalogue SELECT item +[0-9a-f]{32}\n$/,
    );
  });
});

describe('wrong usage', () => {
  it.each([
    [['traces', '--limit', '0'], '--limit was "0"; write a whole number from 1 to 1000'],
    [['traces', '--limit', '1001'], '--limit was "1001"'],
    [['traces', '--query', 'error duration>soon'], '--query: at character 16, "soon": duration takes a number'],
    [['top', '--traces', 'all'], '--traces was "all"'],
    [['top', '--since', 'yesterday'], '--since was "yesterday"; write a time such as 250ms, 30s, 15m, 2h or 1d'],
    [['traces', '--min-duration', '5'], '--min-duration was "5"'],
    [['trace', 'xyz'], '"xyz" is no trace id'],
    [['trace', '0'.repeat(33)], 'is no trace id'],
    [['trace'], "missing required argument 'ID'"],
    [['traces', '--url', 'localhost:9411'], '--url was "localhost:9411"'],
  ])('%j has status 2 and says what to write', async (args, message) => {
    const { code, stderr } = await command(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('without a collector', () => {
  it('says how to get one when nobody answers', async () => {
    const { code, stderr } = await command('traces', '--url', 'http://127.0.0.1:1');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^spanwise: no collector answers at http:\/\/127\.0\.0\.1:1.*; start one with "spanwise", or give its address with --url\n$/,
    );
  });

  it.each([
    [200, '<html>', 'does not answer as a collector does'],
    [500, '<html>', 'answered 500: <html>'],
  ])('says what somebody else answers: %i', async (status, body, message) => {
    const server = createServer((_, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await command('traces', '--url', `http://127.0.0.1:${port}`);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});

describe('spanwise trace of spans that do not fit', () => {
  it('says what is odd in words, and has it in JSON', async () => {
    const recorders = [otlpReporter({ url: collector.addresses['otlp-http']! })];
    const tracer = createTracer({ serviceName: 'catalogue', recorders });
    const start = Date.now() - 5_000;
    const root = tracer.startSpan('GET /odd', { startTime: start });
    const child = tracer.startSpan('early', { childOf: root, startTime: start - 4 });
    child.finish(start + 1);
    root.finish(start + 50);
    await tracer.close();
    const id = root.context().toTraceId();
    const said = 'it starts 4.00 ms before its parent catalogue GET /odd: the clocks of their hosts disagree';
    expect((await command('trace', id, '--url', url)).stdout).toContain(`\n1 warning\n  catalogue early: ${said}\n`);
    expect(JSON.parse((await command('trace', id, '--json', '--url', url)).stdout)).toEqual({
      traceId: id,
      findings: [],
      warnings: [{ kind: 'clock-skew', spanId: child.context().toSpanId(), nanos: 4e6, text: said }],
    });
  });
});
