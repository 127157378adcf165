import assert from 'node:assert';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { both } from './places.mjs';
import { runProgram } from './run-program.mjs';

const ways = ['require', 'import'];

export const copyChecks = [
  {
    name: 'two copies: a tracer set by one version is the global tracer of another, by require and by import',
    run: () => inFolderOfTwoCopies('this', shareGlobalTracer),
  },
  {
    name: 'two copies: a span of one version is the parent of a span of another',
    run: () => inFolderOfTwoCopies('this', sharedParent),
  },
  {
    name: 'two copies: of npm opentracing share nothing, so the checks above can tell',
    run: () => inFolderOfTwoCopies('npm', shareNothing),
  },
];

/** `first` is the package itself; `second` a copy of its files under another version. */
async function inFolderOfTwoCopies(which, check) {
  const directory = mkdtempSync(path.join(tmpdir(), 'opentracing-copies-'));
  try {
    mkdirSync(path.join(directory, 'node_modules/second'), { recursive: true });
    symlinkSync(both[which], path.join(directory, 'node_modules/first'));
    cpSync(path.join(both[which], 'lib'), path.join(directory, 'node_modules/second/lib'), { recursive: true });
    const manifest = JSON.parse(readFileSync(path.join(both[which], 'package.json'), 'utf8'));
    const second = path.join(directory, 'node_modules/second/package.json');
    writeFileSync(second, JSON.stringify({ ...manifest, version: '9.8.7' }));
    return await check(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function shareGlobalTracer(directory) {
  let combinations = 0;
  for (const [setter, reader] of [
    ['first', 'second'],
    ['second', 'first'],
  ]) {
    for (const setBy of ways) {
      for (const readBy of ways) {
        const result = await runIn(directory, globalTracerProgram({ setter, setBy, reader, readBy }));
        assert.deepStrictEqual(result, { copies: true, versions: true, shared: true, released: true, tags: { a: 1 } });
        combinations += 1;
      }
    }
  }
  return `${combinations} combinations`;
}

async function sharedParent(directory) {
  const result = await runIn(
    directory,
    `${loadBoth('require', 'require')}
    const tracer = new one.MockTracer();
    const parent = new other.MockTracer().startSpan('parent');
    const child = tracer.startSpan('child', { childOf: parent });
    const follower = tracer.startSpan('follower', { references: [other.followsFrom(parent)] });
    const seen = (span) => span.references().map((reference) => [reference.type(), reference.referencedContext().span() === parent]);
    console.log(JSON.stringify({ copies: one.Tracer !== other.Tracer, child: seen(child), follower: seen(follower) }));`,
  );
  assert.deepStrictEqual(result, { copies: true, child: [['child_of', true]], follower: [['follows_from', true]] });
  return '2 references';
}

async function shareNothing(directory) {
  const program = globalTracerProgram({ setter: 'first', setBy: 'require', reader: 'second', readBy: 'require' });
  const result = await runIn(directory, program);
  assert.deepStrictEqual(result, { copies: true, versions: true, shared: false, released: true });
  return '1 combination';
}

function globalTracerProgram({ setter, setBy, reader, readBy }) {
  return `${loadBoth(setBy, readBy, setter, reader)}
  const versionOf = (name) => JSON.parse(readFileSync(new URL('node_modules/' + name + '/package.json', import.meta.url), 'utf8')).version;
  const tracer = new one.MockTracer();
  one.initGlobalTracer(tracer);
  const span = other.globalTracer().startSpan('a');
  span.setTag('a', 1);
  one.initGlobalTracer(null);
  console.log(JSON.stringify({
    copies: one.Tracer !== other.Tracer,
    versions: versionOf('first') !== versionOf('second'),
    shared: span.tracer() === tracer,
    released: other.globalTracer().startSpan('b').tracer() !== tracer,
    tags: tracer.report().spans[0]?.tags(),
  }));`;
}

function loadBoth(oneBy, otherBy, one = 'first', other = 'second') {
  const load = (by, name) => (by === 'require' ? `require('${name}')` : `await import('${name}')`);
  return `
  import { readFileSync } from 'node:fs';
  import { createRequire } from 'node:module';
  const require = createRequire(import.meta.url);
  const one = ${load(oneBy, one)};
  const other = ${load(otherBy, other)};`;
}

async function runIn(directory, source) {
  const file = path.join(directory, 'application.mjs');
  writeFileSync(file, source);
  const { status, stdout, stderr } = await runProgram([file]);
  assert(status === 0, stderr);
  return JSON.parse(stdout);
}
