import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { expect, it } from 'vitest';

const home = path.join(import.meta.dirname, '..');

it.each([
  ['require', [], "const { createTracer } = require('@spanwise/tracer');"],
  ['import', ['--input-type=module'], "import { createTracer } from '@spanwise/tracer';"],
])('the published files are as strict as the sources: a frozen carrier is counted, with %s', (_, flags, loading) => {
  const code = `${loading}
    const tracer = createTracer({ serviceName: 'test', recorders: [] });
    tracer.inject(tracer.startSpan('a'), 'http_headers', Object.freeze({}));
    console.log(tracer.stats().carrierErrors);`;
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', code], { cwd: home, encoding: 'utf8' });
  expect([stdout.trim(), stderr]).toEqual(['1', '']);
});
