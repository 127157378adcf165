import assert from 'node:assert';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { home } from './places.mjs';
import { runProgram } from './run-program.mjs';

const dependents = [
  'jaeger-client',
  'lightstep-tracer',
  'zipkin-javascript-opentracing',
  'express-opentracing',
  'apollo-opentracing',
];

export const programChecks = [
  ...dependents.map((dependent) => ({
    name: `${dependent}: reports the same over npm opentracing and over this package`,
    run: () => compareProgram(dependent, { dependent }),
  })),
  {
    name: 'sinon: stubs, spies and stub instances see the same over npm opentracing and over this package',
    run: () => compareProgram('sinon', {}),
  },
];

/** Runs `scripts/NAME.cjs` over both packages and compares what it prints. */
async function compareProgram(name, { dependent }) {
  const [npm, ours] = await Promise.all(['npm', 'this'].map((which) => runOver(which, name, dependent)));
  return compareOutputs(npm, ours);
}

/** @returns how much was compared; throws where the outputs differ otherwise than they say themselves */
export function compareOutputs(npm, ours) {
  assert.deepStrictEqual(ours.expectedDifferences, npm.expectedDifferences);
  for (const difference of npm.expectedDifferences) {
    takeOut(npm.output, difference.path, difference.npm, difference.name);
    takeOut(ours.output, difference.path, difference.this, difference.name);
  }
  const compared = leaves(npm.output);
  assert(compared >= 20, `only ${compared} values to compare`);
  assert.deepStrictEqual(ours.output, npm.output);
  const meant = npm.expectedDifferences.length;
  return `${compared} values equal${meant > 0 ? `, ${meant} different as meant` : ''}`;
}

async function runOver(which, name, dependent) {
  const args = ['--require', path.join(home, 'resolve-opentracing.cjs'), path.join(home, `scripts/${name}.cjs`)];
  const { status, stdout, stderr } = await runProgram(args, { cwd: home, env: { OPENTRACING: which } });
  const loaded = /^loaded: (.*)$/m;
  assert(status === 0, `over ${which}, ${name} ended with ${status}\n${stderr.replace(loaded, '').trim()}`);
  checkWhatWasLoaded(which, JSON.parse(loaded.exec(stderr)[1]), dependent);
  return JSON.parse(stdout);
}

function checkWhatWasLoaded(which, loaded, dependent) {
  const other = which === 'npm' ? 'this' : 'npm';
  assert(loaded[which].length > 0, `${which} was not loaded`);
  assert.deepStrictEqual(loaded[other], [], `${other} was loaded next to ${which}`);
  if (dependent === undefined) return;
  const inside = `compatibility/node_modules/${dependent}/`;
  assert(
    loaded.askedBy.some((file) => file.startsWith(inside)),
    `${dependent} itself did not ask for opentracing`,
  );
}

function takeOut(output, place, expected, name) {
  const key = place.at(-1);
  const holder = place.slice(0, -1).reduce((value, part) => value[part], output);
  assert(
    isDeepStrictEqual(holder[key], expected),
    `expected difference is not there: ${name}\nwas ${JSON.stringify(holder[key])} instead of ${JSON.stringify(expected)}`,
  );
  delete holder[key];
}

function leaves(value) {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum, each) => sum + leaves(each), 0);
}
