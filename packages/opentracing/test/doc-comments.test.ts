import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const packages = path.join(import.meta.dirname, '../..');

/** What a package offers without a doc comment. */
function undocumented(folder: string, ...entries: string[]): string[] {
  const script = path.join(import.meta.dirname, 'fixtures/undocumented.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [script, folder, ...entries], { encoding: 'utf8' });
  if (stderr !== '') throw new Error(stderr);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('what a package offers', () => {
  it.each(['opentracing', 'tracer', 'instrumentation', 'node', 'browser'])(
    'has a doc comment, members and overloads too: %s',
    (name) => {
      expect(undocumented(path.join(packages, name))).toEqual([]);
    },
  );
});

describe('the search for what has no doc comment', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'doc-comments-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  function search(source: string): string[] {
    // A comment behind a bracket is the bracket's.
    writeFileSync(path.join(directory, 'entry.ts'), source.replaceAll(/[{;] (?=\/\*\*)/g, '$&\n'));
    return undocumented(directory, 'entry.ts').map((line) => line.replace(/^entry\.ts:\d+: /, ''));
  }

  it('finds symbols, members, overloads, constructors and what types name', () => {
    const source = `
      export const bare = 1;
      /** Said. */
      export interface Said { bare: string; /** Said. */ said: Named; nested: { /** Said. */ inner: number } }
      interface Named { /** Said. */ said: string; method(): void }
      /** Said. */
      export class Maker { constructor(from: string) {} protected hook(): void {} }
      /** Said. */
      export function twice(one: string): void;
      export function twice(one: number): void;
      export function twice(one: unknown): void {}
      /** Said. */
      export type Either = { bare: 1 } | { /** Said. */ said: 2 };`;
    const found = [
      'Either.bare',
      'Maker.constructor',
      'Maker.hook',
      'Named',
      'Named.method',
      'Said.bare',
      'Said.nested',
    ];
    expect(search(source).sort()).toEqual([...found, 'bare', 'twice'].sort());
  });

  it('asks for none where one is inherited, or nobody outside sees the thing', () => {
    const source = `
      /** Said. */
      export interface Base { /** Said. */ said(): void }
      interface Unused { bare: string }
      /** Said. */
      export class Derived implements Base {
        private hidden = 1;
        /** @internal */
        inside = 2;
        constructor(options: Base | Unused2) {}
        said(): void {}
      }
      /** Said. */
      export interface Unused2 { /** Said. */ said: string }
      const own: Unused = { bare: '' };`;
    expect(search(source)).toEqual([]);
  });
});
