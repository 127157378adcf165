import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { beforeAll, describe, expect, it } from 'vitest';

// What they need has a lockfile of its own: a user who changes one line needs none of it.
const compatibility = path.join(import.meta.dirname, '../../../compatibility');
const installed = existsSync(path.join(compatibility, 'node_modules/opentracing/package.json'));
const skipped = !installed && !process.env['CI'];
if (skipped) console.log('the dependents are not installed: `npm ci --prefix compatibility` lets their tests run');

interface Result {
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string;
}

const names = [
  'jaeger-client: reports the same over npm opentracing and over this package',
  'lightstep-tracer: reports the same over npm opentracing and over this package',
  'zipkin-javascript-opentracing: reports the same over npm opentracing and over this package',
  'express-opentracing: reports the same over npm opentracing and over this package',
  'apollo-opentracing: reports the same over npm opentracing and over this package',
  'sinon: stubs, spies and stub instances see the same over npm opentracing and over this package',
  "dd-trace: declarations compile, libraries checked, over npm opentracing's and over this package's",
  "lightstep-tracer: declarations compile, libraries checked, over npm opentracing's and over this package's",
  "jaeger-client: declarations compile, libraries checked, over npm opentracing's and over this package's",
  "apollo-opentracing: declarations compile, libraries checked, over npm opentracing's and over this package's",
  'declarations: planted mistakes are found over both',
  'older compilers: TypeScript 4.9 and 5.1 compile the declarations, libraries checked, for ES2020',
  'jest: a test suite with spyOn and MockTracer passes over npm opentracing and over this package',
  "jest: jest.mock('opentracing') makes a mock of this package, which it cannot of npm opentracing",
  'two copies: a tracer set by one version is the global tracer of another, by require and by import',
  'two copies: a span of one version is the parent of a span of another',
  'two copies: of npm opentracing share nothing, so the checks above can tell',
];

describe.skipIf(skipped)('dependents from npm, unchanged', () => {
  let results: readonly Result[];
  beforeAll(async () => {
    results = await runChecks();
  }, 300_000);

  it('every check has its test here', () => {
    expect(results.map(({ name }) => name)).toEqual(names);
  });

  it.each(names)('%s', (name) => {
    const result = results.find((each) => each.name === name);
    expect(result, result?.detail).toMatchObject({ passed: true });
  });
});

async function runChecks(): Promise<readonly Result[]> {
  const child = spawn(process.execPath, [path.join(compatibility, 'run.mjs'), '--json']);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as readonly Result[];
}
