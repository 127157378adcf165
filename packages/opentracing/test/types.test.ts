import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import * as logs from '../src/ext/logs.ts';
import * as plainTags from '../src/ext/tags.ts';
import { Tags } from '../src/index.ts';
import * as tags from '../src/tags.ts';

// The fixtures in types/ are the tests: they compile, and each line under @ts-expect-error does not. Here the compiler is
// run on them: over the sources, over the declarations as they are published, and over those of npm opentracing.

const home = path.join(import.meta.dirname, '..');
const root = path.join(home, '../..');
const fixtures = path.join(import.meta.dirname, 'types');
const original = path.dirname(createRequire(import.meta.url).resolve('opentracing-original/package.json'));
const typescript = path.join(root, 'node_modules/typescript');

// Compilers that other tools of the repository bring along; older ones are in the matrix.
const older = ['@arethetypeswrong/core', '@microsoft/api-extractor']
  .map(compilerOf)
  .filter((found) => found !== undefined);

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'opentracing-types-'));
  publish(path.join(directory, 'package'));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('the fixtures', () => {
  it('compile over the sources', () => {
    expect(compile(fixtures).filter(inFixtures)).toEqual([]);
  });

  it('would not if something were wrong: planted mistakes are found', () => {
    const config = configure('planted', {
      extends: path.join(fixtures, 'tsconfig.json'),
      compilerOptions: { rootDir: root },
      files: [path.join(fixtures, 'fixtures/planted.ts')],
      include: [],
    });
    expect(codesOf(compile(config).filter(inFixtures))).toEqual(['TS2345', 'TS2322', 'TS2578']);
  });

  it('with decorators compile with experimentalDecorators too', () => {
    const config = configure('legacy', {
      extends: path.join(fixtures, 'tsconfig.json'),
      compilerOptions: { rootDir: root, experimentalDecorators: true },
      files: ['decorated.ts', 'inference.ts'].map((name) => path.join(fixtures, name)),
      include: [],
    });
    expect(compile(config).filter(inFixtures)).toEqual([]);
  });
});

describe('the published declarations', () => {
  const strict = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noImplicitOverride: true,
    noPropertyAccessFromIndexSignature: true,
    noEmit: true,
    skipLibCheck: false,
    types: [],
  };

  it.each([
    ['a library that has `using`', { lib: ['es2022', 'esnext.disposable'] }],
    ['a library of 2020 that has not', { lib: ['es2020'] }],
    ["a browser's library", { lib: ['es2020', 'dom', 'dom.iterable'] }],
    ["Node's types", { lib: ['es2022'], types: ['node'], typeRoots: [path.join(root, 'node_modules/@types')] }],
  ])('carry the fixtures, every flag on, with %s', (_what, flags) => {
    const user = installAs('@spanwise/opentracing', path.join(directory, 'package'));
    copyFixtures(user);
    // The scope manager of Node needs its types.
    if (!('types' in flags)) rmSync(path.join(user, 'disposal.ts'));
    expect(compile(configure(user, { compilerOptions: { ...strict, ...flags }, include: ['*.ts'] }))).toEqual([]);
  });

  it('hold what the planted file expects to fail', () => {
    const user = installAs('@spanwise/opentracing', path.join(directory, 'package'));
    copy(path.join(fixtures, 'fixtures/planted.ts'), user);
    const config = configure(user, { compilerOptions: { ...strict, lib: ['es2020'] }, include: ['*.ts'] });
    expect(codesOf(compile(config))).toEqual(['TS2345', 'TS2322', 'TS2578']);
  });

  it.each(older)('carry the fixtures with TypeScript $version', ({ place }) => {
    const user = installAs('@spanwise/opentracing', path.join(directory, 'package'));
    copyFixtures(user);
    rmSync(path.join(user, 'disposal.ts'));
    const config = configure(user, { compilerOptions: { ...strict, lib: ['es2020'] }, include: ['*.ts'] });
    expect(compile(config, place)).toEqual([]);
  });

  it('say `any` only where nothing else would do', () => {
    const documented = [
      // KeyValues: else objects whose type is an interface could not be passed.
      '[key: string]: any;',
      // TagValue: else subclasses could not take less than everything.
      'export type TagValue<K extends string> = K extends Tag<infer V> ? V : any;',
    ];
    // Constraints on functions: `unknown` would exclude those that take arguments.
    const ofFunctions = /(\(|<F extends \()this: any, \.\.\.args: any\[\]\) => (any|TracedOptions)/;
    const lib = path.join(directory, 'package/lib');
    const found = ['index', 'contract', 'tags', 'decorators/traced', 'tracer', 'span', 'global_tracer', 'scope-manager']
      .flatMap((name) => codeOf(path.join(lib, `${name}.d.ts`)).split('\n'))
      .map((line) => line.trim())
      .filter((line) => /\bany\b/.test(line) && !ofFunctions.test(line));
    expect(documented).toEqual(expect.arrayContaining(found));
    expect(found).toContain(documented[0]);
  });
});

describe('code written for npm opentracing', () => {
  const flags = {
    compilerOptions: {
      target: 'es2022',
      lib: ['es2022'],
      module: 'nodenext',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [path.join(root, 'node_modules/@types')],
    },
    include: ['*.ts'],
  };

  function compiled(fixture: string, implementation: string): string[] {
    const user = installAs('opentracing', implementation);
    writeFileSync(path.join(user, 'package.json'), '{ "type": "commonjs" }');
    copy(path.join(fixtures, 'fixtures', fixture), user);
    return compile(configure(user, flags));
  }

  it("compiles with npm's declarations", () => {
    expect(compiled('written-for-npm.ts', original)).toEqual([]);
  });

  it('compiles with ours', () => {
    expect(compiled('written-for-npm.ts', path.join(directory, 'package'))).toEqual([]);
  });

  it('compiles but for the differences that are written down', () => {
    expect(compiled('npm-differences.ts', original)).toEqual([]);
    const errors = compiled('npm-differences.ts', path.join(directory, 'package'));
    expect(differencesOf('npm-differences.ts', errors)).toEqual(differencesIn('npm-differences.ts'));
  });
});

describe('declarations of code that uses the package', () => {
  const resolutions: [name: string, type: string, options: object][] = [
    ['NodeNext, CommonJS', 'commonjs', { module: 'nodenext' }],
    ['NodeNext, ESM', 'module', { module: 'nodenext' }],
    ['bundler', 'module', { module: 'esnext', moduleResolution: 'bundler' }],
    ['node10', 'commonjs', { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true }],
  ];
  const [oldest] = older;
  const newest = { version: '7', place: typescript };

  /** The errors of a compilation with `declaration: true`, and those of what it declared, compiled by itself. */
  function declare(
    user: string,
    [, type, options]: (typeof resolutions)[number],
    { place }: { place: string },
  ): string[] {
    writeFileSync(path.join(user, 'package.json'), JSON.stringify({ type }));
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2022', 'esnext.disposable'],
      strict: true,
      declaration: true,
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [path.join(root, 'node_modules/@types')],
      ...options,
    };
    const declared = path.join(user, 'declared');
    const errors = compile(
      configure(user, { compilerOptions: { ...compilerOptions, outDir: declared }, include: ['*.ts'] }),
      place,
    );
    // The newest is the fastest; the others say the same.
    if (errors.length > 0 || place !== typescript) return errors;
    const checked = { ...compilerOptions, skipLibCheck: false, noEmit: true };
    return compile(configure(user, { compilerOptions: checked, include: ['declared/*.ts'] }), place);
  }

  /** A copy, as npm installs it: by a link the compiler would leave `node_modules`, where files are named in other ways. */
  function install(implementation: string): string {
    const user = mkdtempSync(path.join(directory, 'declaring-'));
    cpSync(implementation, path.join(user, 'node_modules/opentracing'), { recursive: true });
    copy(path.join(fixtures, 'fixtures/declared.ts'), user);
    return user;
  }

  describe.each(resolutions)('under %s', (...resolution) => {
    it.runIf(oldest)("name what code infers that was written for npm opentracing, over npm's", () => {
      expect(declare(install(original), resolution, oldest!)).toEqual([]);
    });

    // The newest compiler does not know node10 any more.
    const compilers = [oldest, resolution[0] === 'node10' ? undefined : newest].filter((found) => found !== undefined);
    it.each(compilers)(
      'name that, and what each class and function gives, over ours: TypeScript $version',
      async (compiler) => {
        const user = install(path.join(directory, 'package'));
        for (const [entry, source] of entries()) {
          const exported = Object.keys((await import(source)) as object).filter((name) => name !== 'default');
          const lines = exported.map((name) => `export const of_${name} = made(entry.${name});`);
          writeFileSync(
            path.join(user, `${entry.replaceAll('/', '-')}-made.ts`),
            `import * as entry from 'opentracing${entry}';
           declare function made<T>(of: abstract new (...args: any) => T): { it: T; class: new () => T };
           declare function made<T>(of: (...args: any) => T): T;
           declare function made<T>(of: T): T;
           ${lines.join('\n')}`,
          );
        }
        expect(declare(user, resolution, compiler)).toEqual([]);
      },
    );
  });
});

describe('members of your own', () => {
  it('can be added to all spans, by the module in which the interface is', () => {
    const user = installAs('opentracing', path.join(directory, 'package'));
    writeFileSync(path.join(user, 'package.json'), '{ "type": "commonjs" }');
    copy(path.join(fixtures, 'fixtures/augmented.ts'), user);
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2022'],
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: [],
    };
    for (const module of ['nodenext', 'preserve']) {
      const options = module === 'nodenext' ? { module } : { module, moduleResolution: 'bundler' };
      const config = configure(user, { compilerOptions: { ...compilerOptions, ...options }, include: ['*.ts'] });
      expect(compile(config)).toEqual([]);
    }
  });
});

describe('the typed tags', () => {
  it('are at run time the strings of npm opentracing, every one', () => {
    expect(tags).toMatchObject(plainTags);
    expect(Tags).toEqual({ ...plainTags });
  });

  it('have the names of opentracing-python too', () => {
    expect(tags).toMatchObject({
      DATABASE_INSTANCE: 'db.instance',
      DATABASE_STATEMENT: 'db.statement',
      DATABASE_TYPE: 'db.type',
      DATABASE_USER: 'db.user',
      SERVICE: 'service',
      SPAN_KIND_CONSUMER: 'consumer',
      SPAN_KIND_PRODUCER: 'producer',
    });
    expect(tags.tag<number>('cart.size')).toBe('cart.size');
  });

  it('are joined by the log fields of opentracing-python and of the conventions', () => {
    expect(logs).toMatchObject({
      ERROR_KIND: 'error.kind',
      ERROR_OBJECT: 'error.object',
      EVENT: 'event',
      LEVEL: 'level',
      MESSAGE: 'message',
      STACK: 'stack',
    });
  });
});

/** What may be imported, as it is written behind the package's name, and the source of each. */
function entries(): [string, string][] {
  const { exports, spanwise } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as {
    exports: Record<string, string | Record<string, unknown>>;
    spanwise: { entries: string[] };
  };
  const named = Object.entries(exports).flatMap(([name, target]): [string, string][] =>
    typeof target === 'object' && typeof target['@spanwise/source'] === 'string'
      ? [[name.slice(1), target['@spanwise/source']]]
      : [],
  );
  const deep = spanwise.entries
    .filter((source) => !source.endsWith('/main.ts')) // a program
    .map((source): [string, string] => [source.replace(/^\.\/src\/(.*)\.ts$/, '/lib/$1'), source]);
  return [...named, ...deep].map(([name, source]) => [name, path.join(home, source)]);
}

/** Writes the package as it is published, as far as compilers see it: declarations of the sources as they are now. */
function publish(place: string): void {
  const manifest = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as {
    exports: Record<string, string | Record<string, unknown>>;
    spanwise: { entries: string[] };
  };
  const exported = Object.values(manifest.exports).flatMap((target) =>
    typeof target === 'object' && typeof target['@spanwise/source'] === 'string' ? [target['@spanwise/source']] : [],
  );
  const entries = new Set([...exported, ...manifest.spanwise.entries, './src/tags.ts', './src/decorators/traced.ts']);
  const lib = path.join(place, 'lib');
  mkdirSync(lib, { recursive: true });
  cpSync(path.join(home, 'package.json'), path.join(place, 'package.json'));
  writeFileSync(path.join(lib, 'package.json'), '{ "type": "commonjs" }');
  const config = configure('publish', {
    extends: path.join(home, 'tsconfig.json'),
    compilerOptions: {
      composite: false,
      incremental: false,
      tsBuildInfoFile: null,
      rootDir: path.join(home, 'src'),
      outDir: lib,
      typeRoots: [path.join(root, 'node_modules/@types')],
    },
    files: [...entries].map((entry) => path.join(home, entry)),
    include: [],
  });
  // That the sources compile is what `npm run types` checks.
  compile(config);
  for (const file of readdirSync(lib, { recursive: true, encoding: 'utf8' })) asBuilt(path.join(lib, file));
  for (const entry of exported) writeEsmDeclaration(path.join(lib, entry.slice('./src/'.length, -'.ts'.length)));
}

/** As build/types.mjs does it. */
function asBuilt(file: string): void {
  if (!file.endsWith('.d.ts')) return;
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll(/((?:from|import)\s*\(?\s*['"]\.{1,2}\/[^'"]*)\.ts(['"])/g, '$1.js$2'));
}

function writeEsmDeclaration(entry: string): void {
  const base = path.basename(entry);
  writeFileSync(
    `${entry}.d.mts`,
    `export * from './${base}.js';\nimport * as cjs from './${base}.js';\nexport default cjs;\n`,
  );
}

/** An empty project in which `name` is what lies at `implementation`. */
function installAs(name: string, implementation: string): string {
  const user = mkdtempSync(path.join(directory, 'user-'));
  const link = path.join(user, 'node_modules', name);
  mkdirSync(path.dirname(link), { recursive: true });
  symlinkSync(implementation, link);
  writeFileSync(path.join(user, 'package.json'), '{ "type": "module" }');
  return user;
}

function copyFixtures(user: string): void {
  for (const file of readdirSync(fixtures)) if (file.endsWith('.ts')) copy(path.join(fixtures, file), user);
}

/** Copies a fixture; what it has from the sources it then has from the package. */
function copy(fixture: string, user: string): void {
  const text = readFileSync(fixture, 'utf8').replaceAll(
    /'(?:\.\.\/)+src\/([^']*)\.ts'/g,
    "'@spanwise/opentracing/lib/$1.js'",
  );
  writeFileSync(path.join(user, path.basename(fixture)), text.replaceAll("'./exactly.ts'", "'./exactly.js'"));
}

/** Writes a tsconfig into a directory, or into a new one of this name, and returns its path. */
function configure(name: string, config: object): string {
  const place = path.resolve(directory, name);
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, 'tsconfig.json'), JSON.stringify(config));
  return path.join(place, 'tsconfig.json');
}

/** The errors of the compiler, without the lines that explain them. */
function compile(project: string, compiler = typescript): string[] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(compiler, 'bin/tsc'), '-p', project, '--pretty', 'false'],
    {
      encoding: 'utf8',
    },
  );
  return `${stdout}${stderr}`.split('\n').filter((line) => line !== '' && !line.startsWith(' '));
}

/** That the sources themselves compile is what `npm run types` checks. */
function inFixtures(error: string): boolean {
  return error.includes('test/types/') || !error.includes('src/');
}

function codesOf(errors: string[]): string[] {
  return errors.map((error) => /\bTS\d+/.exec(error)?.[0] ?? error);
}

function codeOf(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
}

function compilerOf(tool: string): { version: string; place: string } | undefined {
  const manifest = path.join(root, 'node_modules', tool, 'package.json');
  if (!existsSync(manifest)) return undefined;
  const place = path.dirname(createRequire(manifest).resolve('typescript/package.json'));
  const { version } = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8')) as { version: string };
  return { version, place };
}

const marker = '// difference: ';

function differencesIn(fixture: string): string[] {
  const lines = readFileSync(path.join(fixtures, 'fixtures', fixture), 'utf8').split('\n');
  return lines.filter((line) => line.startsWith(marker)).map((line) => line.slice(marker.length));
}

/** The marked differences under which the errors lie, each once. */
function differencesOf(fixture: string, errors: string[]): string[] {
  const lines = readFileSync(path.join(fixtures, 'fixtures', fixture), 'utf8').split('\n');
  const found = errors.map((error) => {
    const line = Number(/\((\d+),/.exec(error)?.[1]);
    const mark = lines.slice(0, line).findLast((each) => each.startsWith(marker));
    return mark === undefined ? error : mark.slice(marker.length);
  });
  return [...new Set(found)];
}
