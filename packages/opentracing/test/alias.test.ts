import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const home = path.join(import.meta.dirname, '..');
const original = path.dirname(createRequire(import.meta.url).resolve('opentracing-original/package.json'));

// Applications of four lines, in a folder where `opentracing` is this package, built.
describe('installed as "opentracing"', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'opentracing-alias-'));
    mkdirSync(path.join(directory, 'node_modules'));
    symlinkSync(home, path.join(directory, 'node_modules/opentracing'));
    symlinkSync(original, path.join(directory, 'node_modules/opentracing-original'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  function run(extension: 'cjs' | 'mjs', source: string): unknown {
    const file = path.join(directory, `application.${extension}`);
    writeFileSync(file, source);
    const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    if (stdout === '') throw new Error(`no output; is the package built?\n${stderr}`);
    return JSON.parse(stdout);
  }

  it('require gives all that npm opentracing exports, of the same kinds, replaceable', () => {
    const result = run(
      'cjs',
      `
      const ours = require('opentracing');
      const theirs = require('opentracing-original');
      const kinds = (module) => Object.fromEntries(Object.keys(theirs).map((name) => [name, typeof module[name]]));
      const members = (module, name) => Object.getOwnPropertyNames(theirs[name].prototype).filter((key) => typeof module[name].prototype[key] !== 'function');
      const classes = Object.keys(theirs).filter((name) => /^[A-Z][a-z]/.test(name) && typeof theirs[name] === 'function');
      ours.Tags.COMPONENT = 'stubbed';
      ours.childOf = () => 'stubbed';
      console.log(JSON.stringify({
        esModule: ours.__esModule, ours: kinds(ours), theirs: kinds(theirs),
        missingMembers: classes.flatMap((name) => members(ours, name)),
        tags: Object.keys(theirs.Tags).filter((name) => ours.Tags[name] !== theirs.Tags[name]),
        constants: Object.keys(theirs).filter((name) => typeof theirs[name] === 'string' && ours[name] !== theirs[name]),
        stubbed: [ours.Tags.COMPONENT, require('opentracing').childOf()],
      }));`,
    ) as Record<string, unknown>;
    expect(result['ours']).toEqual(result['theirs']);
    expect(result).toMatchObject({
      esModule: true,
      missingMembers: [],
      tags: ['COMPONENT'],
      constants: [],
      stubbed: ['stubbed', 'stubbed'],
    });
  });

  it('import gives the same objects as require, by name, as default and as namespace', () => {
    const result = run(
      'mjs',
      `
      import { createRequire } from 'node:module';
      import * as namespace from 'opentracing';
      import whole, { Tracer, initGlobalTracer, Tags } from 'opentracing';
      import { MockTracer } from 'opentracing/mock';
      import { AsyncLocalStorageScopeManager } from 'opentracing/scope-managers/async-local-storage';
      import { SPAN_KIND } from 'opentracing/tags';
      import { EVENT } from 'opentracing/logs';
      import { scopeManagerCases } from 'opentracing/conformance';
      const required = createRequire(import.meta.url)('opentracing');
      const names = Object.keys(required);
      console.log(JSON.stringify([
        names.filter((name) => namespace[name] !== required[name] || whole[name] !== required[name]),
        new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager() }) instanceof Tracer, required.MockTracer === MockTracer,
        Tags.SPAN_KIND === SPAN_KIND, EVENT, scopeManagerCases(() => new AsyncLocalStorageScopeManager()).length > 10, typeof initGlobalTracer,
      ]));`,
    );
    expect(result).toEqual([[], true, true, true, 'event', true, 'function']);
  });

  it('import runs without the CommonJS loader, and require then takes what it made', () => {
    const result = run(
      'mjs',
      `
      import { createRequire } from 'node:module';
      import whole, { Span, Tracer } from 'opentracing';
      const require = createRequire(import.meta.url);
      const ours = () => Object.keys(require.cache).filter((file) => !file.includes('application'));
      const before = ours().length;
      const required = require('opentracing');
      console.log(JSON.stringify([before, required === whole, required.Tracer === Tracer,
        require('opentracing/lib/tracer').default === Tracer, new (require('opentracing/lib/span').Span)() instanceof Span]));`,
    );
    expect(result).toEqual([0, true, true, true, true]);
  });

  it('import takes what require made', () => {
    const result = run(
      'cjs',
      `
      const required = require('opentracing');
      required.childOf = () => 'stubbed';
      import('opentracing').then(({ default: whole, Tracer }) => {
        console.log(JSON.stringify([whole === required, Tracer === required.Tracer, whole.childOf()]));
      });`,
    );
    expect(result).toEqual([true, true, 'stubbed']);
  });

  it('require gives a new instance when its cache was emptied, and its deep modules go with it', () => {
    const result = run(
      'cjs',
      `
      const first = require('opentracing');
      for (const file of Object.keys(require.cache)) delete require.cache[file];
      const second = require('opentracing');
      console.log(JSON.stringify([first === second, first.Tracer === second.Tracer,
        require('opentracing/lib/tracer').Tracer === second.Tracer]));`,
    );
    expect(result).toEqual([false, false, true]);
  });

  it('copies in other folders are not taken for each other, whichever is loaded first and however', () => {
    const copy = path.join(directory, 'node_modules/copy');
    cpSync(path.join(home, 'lib'), path.join(copy, 'lib'), { recursive: true });
    cpSync(path.join(home, 'package.json'), path.join(copy, 'package.json'));
    const result = run(
      'mjs',
      `
      import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      const load = { require: (name) => require(name), import: async (name) => (await import(name)).default };
      const found = {};
      for (const how of ['require', 'import']) {
        for (const name of ['opentracing', 'copy']) found[how + ' ' + name] = await load[how](name);
      }
      console.log(JSON.stringify([
        found['require opentracing'] === found['import opentracing'], found['require copy'] === found['import copy'],
        found['import opentracing'] === found['import copy'],
        require('copy/lib/tracer').Tracer === found['import copy'].Tracer,
      ]));`,
    );
    expect(result).toEqual([true, true, false, true]);
  });

  it('a deep module goes with the instance of its module registry', () => {
    const result = run(
      'cjs',
      `
      const first = require('opentracing');
      const cached = { ...require.cache };
      for (const file of Object.keys(require.cache)) delete require.cache[file];
      const second = require('opentracing');
      Object.assign(require.cache, cached);
      console.log(JSON.stringify([first === second, require('opentracing/lib/tracer').Tracer === first.Tracer]));`,
    );
    expect(result).toEqual([false, true]);
  });

  it('deep modules have the exports of the original, with and without .js, and the objects of the main module', () => {
    const result = run(
      'cjs',
      `
      const main = require('opentracing');
      const { readdirSync } = require('node:fs');
      const root = require('node:path').dirname(require.resolve('opentracing-original'));
      const modules = ['', 'ext/', 'mock_tracer/'].flatMap((folder) => readdirSync(root + '/' + folder)
        .filter((file) => file.endsWith('.js')).map((file) => folder + file));
      const missing = [], different = [];
      for (const file of modules) {
        const theirs = require('opentracing-original/lib/' + file);
        const ours = require('opentracing/lib/' + file);
        if (require('opentracing/lib/' + file.slice(0, -3)) !== ours) different.push(file);
        missing.push(...Object.keys(theirs).filter((name) => typeof ours[name] === 'undefined').map((name) => file + ' ' + name));
        for (const name of Object.keys(ours)) if (name in main && main[name] !== ours[name] && name !== 'Tags') different.push(file + ' ' + name);
        if (ours.default && ours.default !== main[ours.default.name] && ours.default.name in main) different.push(file + ' default');
      }
      require('opentracing/lib/noop').initialize();
      if (typeof require('opentracing/lib/test/api_compatibility').default !== 'function') missing.push('test/api_compatibility');
      console.log(JSON.stringify({ modules: modules.length, missing, different,
        folders: [require('opentracing/lib') === main, require('opentracing/lib/mock_tracer').MockTracer === main.MockTracer],
        noop: require('opentracing/lib/noop').span === new main.Tracer().startSpan('a') }));`,
    );
    expect(result).toEqual({ modules: 16, missing: [], different: [], folders: [true, true], noop: true });
  });

  it("what npm's lib has beyond them is its demo and its own tests", () => {
    const result = run(
      'cjs',
      `
      const { readdirSync } = require('node:fs');
      const root = require('node:path').dirname(require.resolve('opentracing-original'));
      const files = readdirSync(root, { recursive: true }).filter((file) => file.endsWith('.js'));
      const isMissing = (file) => {
        try { require.resolve('opentracing/lib/' + file); return false; } catch { return true; }
      };
      console.log(JSON.stringify(files.filter(isMissing).sort()));`,
    );
    expect(result).toEqual([
      'examples/demo/demo.js',
      'test/mocktracer_implemenation.js',
      'test/noop_implementation.js',
      'test/opentracing_api.js',
      'test/unittest.js',
    ]);
  });

  it('the core loads nothing of Node', () => {
    const result = run(
      'cjs',
      `
      const Module = require('node:module');
      const asked = [];
      const load = Module._load;
      Module._load = function (request, ...rest) { asked.push(request); return load.call(this, request, ...rest); };
      require('opentracing'); require('opentracing/mock'); require('opentracing/conformance');
      console.log(JSON.stringify(asked.filter((request) => !request.startsWith('.') && !request.startsWith('opentracing'))));`,
    );
    expect(result).toEqual([]);
  });
});
