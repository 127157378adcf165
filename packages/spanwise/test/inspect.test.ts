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

const portsOff = {
  portOtlpGrpc: 'off',
  portJaegerHttp: 'off',
  portJaegerCompact: 'off',
  portJaegerBinary: 'off',
};

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'spanwise-inspect-'));
  collector = await startCollector({ ...portsOff, dataDir: directory, portMain: 0, portOtlpHttp: 0 });
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

  it('names the spans of a finding by their ids in JSON', async () => {
    const { stdout } = await command('trace', slow[0]!, '--json', '--url', url);
    interface Printed {
      readonly findings: readonly { readonly root: string; readonly subject: string; readonly evidence: string[] }[];
    }
    const [finding] = (JSON.parse(stdout) as Printed).findings;
    expect(finding).toMatchObject({
      kind: 'n-plus-one',
      subject: finding!.evidence[0],
      text: expect.stringContaining('SELECT item (10 calls in a row: N+1)') as string,
      savableHow: 'all-but-longest',
      saving: 'the calls’ time on the critical path, less the longest',
    });
    expect(new Set(finding!.evidence).size).toBe(10);
    for (const id of [finding!.root, ...finding!.evidence]) expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(finding!.evidence).not.toContain(finding!.root);
  });

  it('takes a traceparent', async () => {
    const parent = `00-${slow[0]!}-00f067aa0ba902b7-01`;
    expect((await command('trace', parent, '--url', url)).stdout).toContain(`trace ${slow[0]}`);
    expect((await command('trace', parent.slice(0, -1), '--url', url)).code).toBe(2);
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

describe('a search that does not tell all', () => {
  /** Before the collector: searches do not come to their end, and of the traces that they name these have gone. */
  async function forgetful(...gone: readonly string[]): Promise<string> {
    const server = createServer((request, response) => {
      void (async () => {
        const isGone = gone.some((id) => request.url!.endsWith(`/traces/${id}`));
        const answer = await fetch(
          url + (isGone ? request.url!.replace(/[0-9a-f]{32}$/, 'f'.repeat(32)) : request.url!),
        );
        const body = (await answer.json()) as Record<string, unknown>;
        const told =
          'complete' in body ? { ...body, complete: false, searchedBackToMicros: 1_700_000_000_000_000 } : body;
        response.writeHead(answer.status).end(JSON.stringify(told));
      })();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const lookedBack = 'looked back to 2023-11-14T22:13:20.000Z only; ask for less time\n';

  it('is said to have looked back so far', async () => {
    expect((await command('traces', '--url', await forgetful())).stderr).toBe(lookedBack);
    const { code, stdout, stderr } = await command('top', '--url', await forgetful());
    expect([code, stderr]).toEqual([0, lookedBack]);
    expect(stdout).toContain('2 of 3');
    expect((await command('top', '--url', url)).stderr).toBe('');
    expect((await command('top', '--url', await forgetful(), '--service', 'nobody')).stderr).toBe(lookedBack);
  });

  it('is said to have looked at so many traces', async () => {
    const { stdout, stderr } = await command('top', '--traces', '3', '--url', await forgetful());
    expect(stdout).toContain('2 of 3');
    expect(stderr).toBe(
      'looked at the newest 3 traces only, back to 2023-11-14T22:13:20.000Z; ask for more with --traces\n',
    );
  });

  it('ranks what is there when a trace has gone meanwhile', async () => {
    const { code, stdout, stderr } = await command('top', '--url', await forgetful(slow[0]!));
    expect(code).toBe(0);
    expect(stdout).toContain('1 of 2');
    expect(stderr).toContain('1 of 3 traces had gone before they could be read\n');
    const all = await command('top', '--json', '--url', await forgetful(...slow, healthy));
    expect([all.code, all.stdout, all.stderr]).toEqual([0, '[]\n', '']);
  });

  it('fails when the collector fails', async () => {
    const server = createServer((request, response) => {
      if (request.url!.includes('/traces/')) response.writeHead(503).end('\x1b[2Jbusy');
      else void fetch(url + request.url!).then(async (answer) => response.end(await answer.text()));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await command('top', '--url', `http://127.0.0.1:${port}`);
    expect([code, stderr]).toEqual([1, expect.stringContaining('answered 503: \ufffd[2Jbusy')]);
  });
});

describe('names that strangers gave', () => {
  // A title for the window, a cleared screen, C1's way to begin a command, and text that turns round.
  const hostile = '\x1b]0;owned\x07\x1b[2J\u009b31m\u202e';
  let own: Collector;
  let directory: string;
  let id: string;

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'spanwise-inspect-'));
    own = await startCollector({ dataDir: directory, portMain: 0, portOtlpHttp: 0 });
    const recorders = [otlpReporter({ url: own.addresses['otlp-http']! })];
    const tracer = createTracer({ serviceName: '订单服务', recorders });
    const start = Date.now() - 10_000;
    const trace = (name: string, at: number): string => {
      const root = tracer.startSpan(name, { startTime: start + at, tags: { 'span.kind': 'server' } });
      const failed = tracer.startSpan(name, { childOf: root, startTime: start + at, tags: { error: true } });
      failed.log({ event: 'error', message: hostile }).finish(start + at + 50);
      root.setTag('error', true).finish(start + at + 100);
      return root.context().toTraceId();
    };
    id = trace(`GET ${hostile}`, 0);
    trace('GET /items', 1000);
    await tracer.close();
    const found = async (): Promise<number> =>
      (JSON.parse((await command('traces', '--json', '--url', own.addresses.main!)).stdout) as unknown[]).length;
    await vi.waitUntil(async () => (await found()) === 2, { timeout: 10_000 });
  });

  afterAll(async () => {
    await own.close();
    rmSync(directory, { recursive: true, force: true });
  });

  // oxlint-disable-next-line no-control-regex
  const commands = /[^\P{Cc}\n]|[\u202a-\u202e]/u;

  it.each([
    ['traces', []],
    ['top', []],
    ['trace', []],
    ['traces', ['--json']],
    ['top', ['--json']],
    ['trace', ['--json']],
  ])('command no terminal: %s %j', async (name, more) => {
    const { code, stdout } = await command(
      name,
      ...(name === 'trace' ? [id] : []),
      ...more,
      '--url',
      own.addresses.main!,
    );
    expect(code).toBe(0);
    expect(stdout).toContain('owned');
    expect(stdout).not.toMatch(commands);
  });

  it('are all there in JSON', async () => {
    const { stdout } = await command('traces', '--json', '--url', own.addresses.main!);
    const names = (JSON.parse(stdout) as { rootName: string }[]).map(({ rootName }) => rootName);
    expect(names.sort()).toEqual(['GET /items', `GET ${hostile}`].sort());
  });

  it('leave columns straight, Chinese too', async () => {
    const { stdout } = await command('top', '--url', own.addresses.main!);
    const rows = stdout.trimEnd().split('\n').slice(1);
    expect(rows).toHaveLength(2);
    // Before the example stand two columns for a Chinese character.
    const widths = rows.map((row) => row.lastIndexOf('  ') + row.match(/\p{Script=Han}/gu)!.length);
    expect(widths[0]).toBe(widths[1]);
    const traces = (await command('traces', '--url', own.addresses.main!)).stdout;
    expect(traces).toMatch(/订单服务 GET \/items\n/);
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
