import type { PortableCase } from './portable-suite.ts';

/** A mistake that `--self-test` plants into the bundle; empty otherwise. */
declare const PLANTED: '' | 'failure' | 'endless loop' | 'never settles' | 'node import';

/** The proof that the matrix can fail: a case that does, in the way that the bundle was made for. */
export function plantedCases(): PortableCase[] {
  if (PLANTED === '') return [];
  return [{ part: 'planted', name: PLANTED, run: PLANTED === 'node import' ? importFromNode : mistakes[PLANTED] }];
}

/** Never runs: a page's bundle with it must not come into being. In other bundles this is dead code. */
async function importFromNode(): Promise<void> {
  await import('node:async_hooks');
}

const mistakes = {
  failure: () => {
    throw new Error('planted: this case must fail');
  },
  'endless loop': () => {
    for (;;);
  },
  'never settles': () => new Promise<void>(() => {}),
};
