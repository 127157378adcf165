import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const home = path.join(import.meta.dirname, '..');

/** All that an application is told: of each report the kind and the first lines of its stacks; and what is printed. */
interface Told {
  stacks: Record<string, string[]>;
  printed: Record<string, number>;
}

// Every function that calls the library has a name that begins with `user`.
const application = `
  const withCauses = (report) => {
    const scopeDebugger = new ScopeDebugger({ report, causes: new AsyncCauses() });
    const tracer = new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager({ watcher: scopeDebugger }) });
    scopeDebugger.watch(tracer);
    return tracer;
  };
  const without = (report) => {
    const scopeDebugger = new ScopeDebugger(report ? { report } : {});
    const tracer = new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager({ watcher: scopeDebugger }) });
    scopeDebugger.watch(tracer);
    return tracer;
  };
  const outside = new AsyncResource('outside');

  function wrongOrder(tracer, close) {
    const lower = (function userOpensLower() { return tracer.startActiveSpan('lower'); })();
    const upper = (function userOpensUpper() { return tracer.scopeManager.activate(tracer.startSpan('upper', { childOf: lower.span }), true); })();
    close(lower);
    upper.close();
    lower.close();
  }
  function elsewhere(tracer, close) {
    const scope = new AsyncResource('elsewhere').runInAsyncScope(function userOpens() { return tracer.startActiveSpan('elsewhere'); });
    initGlobalTracer(tracer);
    (function userCalls() { globalTracer().withActiveSpan('here', { ignoreActiveSpan: true }, () => close(scope)); })();
    scope.close();
  }
  function lost(tracer, start) {
    (function userTraces() { tracer.trace('request', () => outside.runInAsyncScope(start)); })();
  }
  const closings = [
    function userCloses1(scope) { scope.close(); },
    function userCloses2(scope) { scope.close(); },
    function userCloses3(scope) { if (scope[Symbol.dispose]) scope[Symbol.dispose](); else scope.close(); },
  ];
  const startings = (tracer) => [
    function userStarts1() { tracer.startSpan('1'); },
    function userStarts2() { tracer.startActiveSpan('2').close(); },
    function userStarts3() { tracer.withActiveSpan('3', () => {}); },
  ];

  async function userMain() {
    const stacks = {};
    const note = (kind, stack) => (stacks[kind] ??= []).push(stack.split('\\n')[0].trim());
    const report = (given) => {
      for (const key of ['closedAt', 'startedAt']) if (given[key] !== undefined) note(given.kind + ' ' + key, given[key]);
      for (const key of ['scope', 'above', 'active']) if (given[key]) note(given.kind + ' ' + key, given[key].openedAt);
      for (const open of given.openScopes ?? []) note(given.kind + ' open', open.openedAt);
      if (given.origin) note(given.kind + ' scheduled', given.origin.scheduledAt);
      if (given.origin?.loss) note(given.kind + ' ' + given.origin.loss.how, given.origin.loss.at);
    };
    const plain = without(report);
    for (const close of closings) { wrongOrder(plain, close); elsewhere(plain, close); }
    for (const start of startings(plain)) lost(plain, start);

    // Where no causes are known, because they hold on to what is to be garbage.
    (function userLeaks() { new AsyncResource('short').runInAsyncScope(function userForgets() { plain.startActiveSpan('leaked'); }); })();
    plain.clear();
    for (let round = 0; round < 200 && !stacks['never-closed scope']; round++) {
      gc();
      await new Promise((resolve) => setImmediate(resolve));
    }

    const tracked = withCauses(report);
    await new Promise((resolve) => {
      const scope = tracked.startActiveSpan('closed early');
      (function userSchedules() { setTimeout(function userStartsLate() { tracked.startSpan('late'); resolve(); }, 1); })();
      scope.close();
      // Open while that runs.
      new AsyncResource('other').runInAsyncScope(function userOpensOther() { tracked.startActiveSpan('open', { ignoreActiveSpan: true }); });
    });
    let wake, done;
    const woken = outside.runInAsyncScope(function userPools() { return new Promise((resolve) => { wake = resolve; }).then(() => {
      (function userStartsJob() { tracked.startSpan('job', {}); done(); })();
    }); });
    await tracked.withActiveSpan('waking', () => new Promise(function userWakes(resolve) { done = resolve; wake(); }));
    await woken;

    const printed = {};
    console.warn = (text) => {
      const kind = /closed while/.test(text) ? 'closed-in-wrong-order' : /not active/.test(text) ? 'closed-elsewhere' : 'context-lost';
      printed[kind] = (printed[kind] ?? 0) + 1;
    };
    const printing = without();
    const each = startings(printing);
    for (let time = 0; time < 2; time++) {
      for (const close of closings) { wrongOrder(printing, close); elsewhere(printing, close); }
      for (const start of each) lost(printing, start);
    }
    console.log(JSON.stringify({ stacks, printed }));
  }
  userMain();
`;

const names = {
  opentracing: ['initGlobalTracer', 'globalTracer'],
  'opentracing/mock': ['MockTracer'],
  'opentracing/scope-managers/async-local-storage': ['AsyncLocalStorageScopeManager'],
  'opentracing/scope-managers/debug': ['ScopeDebugger'],
  'opentracing/scope-managers/debug-node': ['AsyncCauses'],
  'node:async_hooks': ['AsyncResource'],
};
const linesFor = (line: (names: string, module: string) => string): string =>
  Object.entries(names)
    .map(([module, list]) => line(list.join(', '), module))
    .join('\n');
const sources = {
  cjs: linesFor((list, module) => `const { ${list} } = require('${module}');`) + application,
  mjs: linesFor((list, module) => `import { ${list} } from '${module}';`) + application,
};

describe('debug mode of the built package', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'opentracing debug-'));
    mkdirSync(path.join(directory, 'node_modules'));
    symlinkSync(home, path.join(directory, 'node_modules/opentracing'));
    for (const extension of ['cjs', 'mjs'] as const) {
      writeFileSync(path.join(directory, `application.${extension}`), sources[extension]);
    }
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  function run(file: string, ...flags: string[]): Told {
    const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', ...flags, file], {
      encoding: 'utf8',
      cwd: directory,
    });
    if (stdout === '') throw new Error(`no output; is the package built?\n${stderr}`);
    return JSON.parse(stdout) as Told;
  }

  async function bundle(options: {
    format: 'cjs' | 'esm';
    minify?: boolean;
    sourcemap?: boolean;
    fromSource?: boolean;
  }): Promise<string> {
    const { format, minify = false, sourcemap = false, fromSource = false } = options;
    const name = `bundled-${Object.values(options).join('-')}`;
    const file = path.join(directory, `${name}.${format === 'cjs' ? 'cjs' : 'mjs'}`);
    const build = await rolldown({
      input: path.join(directory, 'application.mjs'),
      platform: 'node',
      logLevel: 'silent',
      resolve: fromSource ? { conditionNames: ['@spanwise/source', 'import'] } : {},
    });
    await build.write({ file, format, minify, sourcemap });
    await build.close();
    return file;
  }

  const printedOnce = { 'closed-in-wrong-order': 3, 'closed-elsewhere': 3, 'context-lost': 3 };

  function expectStacksOfTheApplication({ stacks, printed }: Told, file: RegExp): void {
    expect(Object.keys(stacks).toSorted()).toEqual([
      'closed-elsewhere active',
      'closed-elsewhere closedAt',
      'closed-elsewhere scope',
      'closed-in-wrong-order above',
      'closed-in-wrong-order closedAt',
      'closed-in-wrong-order scope',
      'context-lost open',
      'context-lost resolved',
      'context-lost scheduled',
      'context-lost startedAt',
      'never-closed scope',
    ]);
    const first = Object.values(stacks).flat();
    expect(
      first.filter((line) => !/^at (?:async )?(?:\S+\.)?user\w+ (?:\[as \w+\] )?\(/.test(line) || !file.test(line)),
    ).toEqual([]);
    for (const kind of ['closed-elsewhere closedAt', 'closed-in-wrong-order closedAt']) {
      expect(new Set(stacks[kind]).size).toBe(3);
    }
    expect(printed).toEqual(printedOnce);
  }

  it('begins each stack in a script with its own line, and prints each place once', () => {
    expectStacksOfTheApplication(run('application.cjs'), /application\.cjs:\d+:\d+/);
  });

  it('does so in a module', () => {
    expectStacksOfTheApplication(run('application.mjs'), /application\.mjs:\d+:\d+/);
  });

  it('does so with the modules for bundlers', () => {
    expectStacksOfTheApplication(run('application.mjs', '--conditions=module'), /application\.mjs:\d+:\d+/);
  });

  it('does so where stacks have source maps', () => {
    expectStacksOfTheApplication(run('application.cjs', '--enable-source-maps'), /application\.cjs:\d+:\d+/);
  });

  it.each([
    { format: 'cjs' },
    { format: 'esm' },
    { format: 'esm', fromSource: true },
    { format: 'cjs', fromSource: true },
  ] as const)('does so in a bundle: %j', async (options) => {
    expectStacksOfTheApplication(run(await bundle(options)), /bundled-.*js:\d+:\d+/);
  });

  it('does so in a minified bundle with source maps', async () => {
    const file = await bundle({ format: 'esm', minify: true, sourcemap: true });
    expect(run(file, '--enable-source-maps').printed).toEqual(printedOnce);
  });

  it.each([{ format: 'cjs' }, { format: 'esm' }] as const)(
    'tells places apart in a minified bundle: %j',
    async (options) => {
      expect(run(await bundle({ ...options, minify: true })).printed).toEqual(printedOnce);
    },
  );
});
