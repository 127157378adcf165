import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { childOf, followsFrom, initGlobalTracer, type Span } from '@spanwise/opentracing';
import { type MockSpan, MockTracer } from '@spanwise/opentracing/mock';
import { AsyncLocalStorageScopeManager } from '@spanwise/opentracing/scope-managers/async-local-storage';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import * as examples from './guides/from-python.ts';
import { findSomeWork } from './guides/from-python-testing.ts';

const home = path.join(import.meta.dirname, '..');
const repository = path.join(home, '../..');
const snippets = path.join(import.meta.dirname, 'guides');
const original = path.dirname(createRequire(import.meta.url).resolve('opentracing-original/package.json'));

describe('docs/coming-from-npm-opentracing.md', () => {
  // One application, in a folder for each of the two packages.
  const folders = { npm: '', ours: '' };
  beforeAll(() => {
    for (const [which, target] of [
      ['npm', original],
      ['ours', home],
    ] as const) {
      const folder = mkdtempSync(path.join(tmpdir(), `opentracing-guide-${which}-`));
      folders[which] = folder;
      cpSync(snippets, folder, { recursive: true });
      mkdirSync(path.join(folder, 'node_modules'));
      symlinkSync(target, path.join(folder, 'node_modules/opentracing'));
    }
  });
  afterAll(() => {
    for (const folder of Object.values(folders)) rmSync(folder, { recursive: true });
  });

  function run(which: 'npm' | 'ours', ...args: string[]): { status: number | null; stdout: string } {
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: folders[which], encoding: 'utf8' });
    return { status, stdout };
  }

  it.each(['npm', 'ours'] as const)('the application passes its old tests, unchanged, over %s', (which) => {
    const { status, stdout } = run(which, '--test', '--test-reporter=tap', 'orders.check.cjs');
    expect(status, stdout).toBe(0);
    expect(stdout).toContain('# pass 2');
  });

  it('the application with scopes passes its tests', () => {
    const { status, stdout } = run('ours', '--test', '--test-reporter=tap', 'orders-with-scopes.check.cjs');
    expect(status, stdout).toBe(0);
    expect(stdout).toContain('# pass 2');
  });

  it('the differences are those that the guide names', () => {
    const [theirs, ours] = (['npm', 'ours'] as const).map((which) => JSON.parse(run(which, 'differences.cjs').stdout));
    expect(theirs).toEqual({
      optionsAfter: ['references', 'tags', 'startTime'],
      referencesAfter: 1,
      tagsKept: false,
      startTimeKept: false,
      mockIds: false,
      mockInject: 'Error',
      mockExtract: 'Error',
      unknownFormat: 'Error',
      noopExtract: 'nothing',
      nothingReferenced: 'nothing',
    });
    expect(ours).toEqual({
      optionsAfter: ['childOf', 'references', 'tags', 'startTime'],
      referencesAfter: 0,
      tagsKept: true,
      startTimeKept: true,
      mockIds: true,
      mockInject: 'nothing',
      mockExtract: 'null',
      unknownFormat: 'UnsupportedFormatException',
      noopExtract: 'nothing',
      nothingReferenced: 'nothing',
    });
  });

  // Of the dependents, which have an install of their own: see compatibility/README.md.
  const dependents = path.join(repository, 'compatibility/node_modules');
  const installed = existsSync(path.join(dependents, 'jaeger-client/package.json'));
  it.skipIf(!installed && !process.env['CI'])('the middleware keeps the span active in Express', () => {
    const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', 'middleware.check.cjs'], {
      cwd: folders.ours,
      encoding: 'utf8',
      env: { ...process.env, NODE_PATH: dependents },
    });
    expect(status, stdout).toBe(0);
    expect(stdout).toContain('# pass 5');
  });

  it.skipIf(!installed && !process.env['CI'])('a tracer written for npm opentracing gets scopes', () => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--require',
        path.join(repository, 'compatibility/resolve-opentracing.cjs'),
        path.join(folders.ours, 'jaeger.cjs'),
      ],
      { encoding: 'utf8', env: { ...process.env, NODE_PATH: dependents, OPENTRACING: 'this' } },
    );
    expect(JSON.parse(stdout || JSON.stringify(stderr))).toEqual({ names: ['inner', 'outer'], child: true });
  });
});

describe('docs/coming-from-python.md', () => {
  let tracer: MockTracer;
  beforeEach(() => {
    tracer = new MockTracer(new AsyncLocalStorageScopeManager());
    initGlobalTracer(tracer);
  });
  afterEach(() => initGlobalTracer(null));

  const mock = (span: Span | null | undefined): MockSpan => span as MockSpan;

  it('an inbound request goes on with the caller’s trace, and so does the outbound one', async () => {
    const caller = tracer.startSpan('caller');
    const headers: Record<string, string> = {};
    tracer.inject(caller, 'http_headers', headers);
    const request = {
      operation: 'GET /',
      headers,
      fullUrl: 'http://shop/',
      remoteIp: '127.0.0.1',
      remotePort: 80,
      callerName: 'web',
    };
    const sent: string[] = [];
    await examples.handleRequest(request, async () => {
      const outbound = {
        operation: 'GET /stock',
        fullUrl: 'http://stock/',
        serviceName: 'stock',
        host: 'stock.local',
        port: 81,
        addHeader: (name: string) => void sent.push(name),
      };
      await examples.send(outbound, async () => {
        await Promise.resolve();
        expect(mock(tracer.activeSpan).operationName()).toBe('GET /stock');
      });
    });
    const [outbound, inbound] = tracer.finishedSpans();
    expect(inbound?.parentId()).toBe(caller.context().toSpanId());
    expect(outbound?.parentId()).toBe(inbound?.uuid());
    expect(inbound?.tags()).toEqual({
      'http.url': 'http://shop/',
      'peer.ipv4': '127.0.0.1',
      'peer.service': 'web',
      'peer.port': 80,
    });
    expect(outbound?.tags()).toEqual({
      'http.url': 'http://stock/',
      'peer.service': 'stock',
      'peer.hostname': 'stock.local',
      'peer.port': 81,
    });
    expect(sent).toContain('ot-tracer-spanid');
  });

  it('a failure of the work is on its span', async () => {
    const request = { operation: 'GET /', headers: {}, fullUrl: 'http://shop/' };
    await expect(examples.handleRequest(request, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(tracer.finishedSpans()[0]?.tags()).toMatchObject({ error: true });
  });

  it('the active span is at hand', () => {
    expect(() => examples.tagActiveSpan(tracer)).not.toThrow();
    using scope = tracer.startActiveSpan('a');
    examples.tagActiveSpan(tracer);
    expect(mock(scope.span).tags()).toEqual({ found: true });
  });

  it.each([
    ['activated by hand', examples.activateByHand],
    ['activated at once', examples.activateAtOnce],
    ['with errors handled', examples.handleErrors],
    ['in one call', examples.inOneCall],
  ] as const)('a span %s is active during the work and finished after it', (_how, example) => {
    example(tracer, () => expect(mock(tracer.activeSpan).operationName()).toBe('someWork'));
    expect(tracer.activeSpan).toBeNull();
    expect(tracer.finishedSpans()).toHaveLength(1);
  });

  it.each([
    ['activated by hand: nothing', examples.activateByHand, undefined],
    ['activated at once: nothing', examples.activateAtOnce, undefined],
    ['with errors handled: the error', examples.handleErrors, true],
    ['in one call: the error', examples.inOneCall, true],
  ] as const)('work that throws leaves on the span %s', (_what, example, error) => {
    const failing = (): void => {
      throw new Error('broken');
    };
    expect(() => example(tracer, failing)).toThrow('broken');
    expect(tracer.activeSpan).toBeNull();
    expect(tracer.finishedSpans()[0]?.tags()['error']).toBe(error);
  });

  it('another trace, a child of a span, work without a parent', () => {
    using scope = tracer.startActiveSpan('a');
    using other = examples.startAnotherTrace(tracer);
    expect(mock(other.span).parentId()).toBeUndefined();
    expect(mock(examples.startChild(scope.span)).parentId()).toBe(mock(scope.span).uuid());
    examples.withoutParent(tracer, () => expect(mock(tracer.startSpan('b')).parentId()).toBeUndefined());
  });

  it('of several references a child-of one is the parent, wherever it stands, and baggage comes from all', () => {
    const [p, q] = ['p', 'q'].map((name) =>
      tracer.startSpan(name).setBaggageItem('last', name).setBaggageItem(name, '1'),
    );
    const span = tracer.startSpan('a', { references: [followsFrom(p), childOf(q)] });
    expect(span.parentId()).toBe(mock(q).uuid());
    expect(span.context().baggage).toEqual({ p: '1', q: '1', last: 'q' });
  });

  it('the mock tracer finds what was finished', () => {
    expect(findSomeWork()?.operationName()).toBe('someWork');
  });
});

// So that the guides cannot rot: what they show is what runs above.
describe.each(['coming-from-npm-opentracing.md', 'coming-from-python.md'])('docs/%s', (name) => {
  const text = readFileSync(path.join(repository, 'docs', name), 'utf8');
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, language, code]) => [language, code] as const,
  );
  const sources = readdirSync(snippets).map((file) => readFileSync(path.join(snippets, file), 'utf8'));
  const readme = readFileSync(path.join(home, 'README.md'), 'utf8');

  it('has code, in languages that are checked', () => {
    const languages = new Set(blocks.map(([language]) => language));
    expect(blocks.length).toBeGreaterThan(3);
    expect([...languages].filter((language) => !['js', 'ts', 'json', 'sh'].includes(language as string))).toEqual([]);
  });

  it('shows code that is run', () => {
    const code = blocks
      .filter(([language]) => language === 'js' || language === 'ts')
      .map(([, each]) => each as string);
    const ran = sources.map(withoutIndentation);
    expect(code.filter((each) => !ran.some((source) => source.includes(withoutIndentation(each))))).toEqual([]);
  });

  it('has the line to change from the README', () => {
    const json = blocks.filter(([language]) => language === 'json').map(([, each]) => each as string);
    expect(json.filter((each) => !readme.includes(each))).toEqual([]);
  });
});

describe('the pages in the tarball', () => {
  let folder: string;
  beforeAll(() => {
    const copy = mkdtempSync(path.join(tmpdir(), 'opentracing-packed-'));
    folder = path.join(copy, 'packages/opentracing');
    mkdirSync(folder, { recursive: true });
    cpSync(path.join(home, 'README.md'), path.join(folder, 'README.md'));
    cpSync(path.join(repository, 'docs'), path.join(copy, 'docs'), { recursive: true });
  });
  afterAll(() => rmSync(path.join(folder, '../..'), { recursive: true }));

  const scripts = (JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as Manifest).scripts;
  const run = (script = ''): number | null =>
    spawnSync(process.execPath, script.replace(/^node \.\.\/\.\.\//, `${repository}/`).split(' '), { cwd: folder })
      .status;
  const packed = (): string[] => ['README.md', ...readdirSync(path.join(folder, 'docs')).map((name) => `docs/${name}`)];

  it('link to each other and to nothing else, and the README is as it was after packing', () => {
    expect(run(scripts['prepack'])).toBe(0);
    const links = packed().flatMap((page) =>
      [...readFileSync(path.join(folder, page), 'utf8').matchAll(/\]\(([^)\s#]+)[^)\s]*\)/g)].map(([, target = '']) =>
        path.posix.join(path.posix.dirname(page), target),
      ),
    );
    expect(links).toContain('docs/compatibility.md');
    expect(packed()).toEqual(expect.arrayContaining(links.filter((target) => !target.includes(':'))));
    // A run that was broken off is made good by the next one.
    expect([run(scripts['prepack']), run(scripts['postpack'])]).toEqual([0, 0]);
    expect(readFileSync(path.join(folder, 'README.md'), 'utf8')).toBe(
      readFileSync(path.join(home, 'README.md'), 'utf8'),
    );
    expect(existsSync(path.join(folder, 'docs'))).toBe(false);
  });
});

interface Manifest {
  scripts: Record<string, string>;
}

function withoutIndentation(code: string): string {
  return code.replace(/^ +/gm, '');
}
