import assert from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { both, home } from './places.mjs';
import { runProgram } from './run-program.mjs';

const dependents = ['dd-trace', 'lightstep-tracer', 'jaeger-client', 'apollo-opentracing'];

export const declarationChecks = [
  ...dependents.map((dependent) => ({
    name: `${dependent}: declarations compile, libraries checked, over npm opentracing's and over this package's`,
    run: () => compileOverBoth(dependent),
  })),
  { name: 'declarations: planted mistakes are found over both', run: findPlantedMistakes },
  {
    name: 'older compilers: TypeScript 4.9 and 5.1 compile the declarations, libraries checked, for ES2020',
    run: compileByOlderCompilers,
  },
];

/** Neither knows `using`, or has its symbols in a library. */
const olderCompilers = ['typescript-4.9', 'typescript-5.1'];

async function compileOverBoth(dependent) {
  const [npm, ours] = await Promise.all(['npm', 'this'].map((which) => compileWithoutError(which, dependent)));
  return `${npm} and ${ours} files without an error`;
}

/** @returns how many files were read */
async function compileWithoutError(which, dependent) {
  const { errors, explained, files } = await compile(which, `${dependent}.ts`);
  assert(errors.length === 0, `over ${which}:\n${explained}`);
  const declared = dependent === 'jaeger-client' ? '@types/jaeger-client' : dependent;
  assert(
    files.some((file) => file.includes(`/node_modules/${declared}/`)),
    `${declared} was not compiled`,
  );
  return files.length;
}

async function findPlantedMistakes() {
  for (const which of ['npm', 'this']) {
    const { errors } = await compile(which, 'planted.ts');
    const found = errors.map((line) => /planted(.*)\((\d+),\d+\): error (TS\d+)/.exec(line)?.slice(1).join(' '));
    assert.deepStrictEqual(found, ['-library.d.ts 4 TS2430', '.ts 6 TS2322'], `over ${which}:\n${errors.join('\n')}`);
  }
  return '2 of 2 found, twice';
}

async function compileByOlderCompilers() {
  for (const compiler of olderCompilers) {
    for (const which of ['npm', 'this']) {
      const { errors } = await compile(which, 'old-compiler.ts', compiler, {
        lib: ['es2020'],
        target: 'es2020',
        types: [],
      });
      assert.deepStrictEqual(errors, [], `${compiler} over ${which}`);
    }
  }
  return `${olderCompilers.length} compilers, twice`;
}

/** Compiles one file of `types/`, and the libraries that it takes, with `opentracing` found where `which` says. */
async function compile(which, file, compiler = 'typescript', options = {}) {
  const directory = mkdtempSync(path.join(tmpdir(), 'opentracing-types-'));
  try {
    const project = path.join(directory, 'tsconfig.json');
    writeFileSync(project, JSON.stringify(projectOf(which, file, options)));
    const tsc = path.join(home, 'node_modules', compiler, 'bin/tsc');
    const { stdout, stderr, status } = await runProgram([tsc, '-p', project, '--listFiles', '--pretty', 'false']);
    assert.strictEqual(stderr, '');
    const lines = stdout.split('\n').filter((line) => line !== '');
    const errors = lines.filter((line) => / error TS\d+: /.test(line));
    const files = lines.filter((line) => path.isAbsolute(line) && !errors.includes(line));
    assert.strictEqual(status === 0, errors.length === 0, stdout);
    checkWhatWasRead(which, files);
    // Why something does not fit stands in indented lines below the error.
    return { errors, explained: lines.filter((line) => !path.isAbsolute(line)).join('\n'), files };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function projectOf(which, file, options) {
  const declarations = path.join(both[which], 'lib');
  return {
    extends: path.join(home, 'types/tsconfig.json'),
    compilerOptions: {
      ...options,
      typeRoots: [path.join(home, 'node_modules/@types')],
      paths: {
        opentracing: [path.join(declarations, 'index.d.ts')],
        'opentracing/lib/*': [path.join(declarations, '*')],
      },
    },
    files: [path.join(home, 'types', file)],
  };
}

function checkWhatWasRead(which, files) {
  const other = which === 'npm' ? 'this' : 'npm';
  assert(files.includes(path.join(both[which], 'lib/index.d.ts')), `declarations of ${which} were not read`);
  const strangers = files.filter((file) => file.startsWith(both[other] + path.sep));
  assert.deepStrictEqual(strangers, [], `declarations of ${other} were read next to those of ${which}`);
}
