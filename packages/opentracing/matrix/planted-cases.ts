import type { PortableCase } from './portable-case.ts';

/** A mistake that `--self-test` plants into the bundle; empty otherwise. */
declare const PLANTED:
  | ''
  | 'failure'
  | 'endless loop'
  | 'never settles'
  | 'node import'
  | 'column turned off'
  | 'column gone'
  | 'testbed gone';

const absences: readonly string[] = ['', 'column turned off', 'column gone', 'testbed gone'];

/** The proof that the matrix can fail: a case that does, in the way that the bundle was made for. */
export function plantedCases(): PortableCase[] {
  if (absences.includes(PLANTED)) return [];
  const run = PLANTED === 'node import' ? importFromNode : mistakes[PLANTED as keyof typeof mistakes];
  return [{ part: 'errors', name: `planted: ${PLANTED}`, run }];
}

/** A column that says that this runtime cannot have it, or that nobody hears of. */
export function plantedAbsence(part: string): 'turned off' | 'gone' | undefined {
  if (part !== 'sync stack') return undefined;
  if (PLANTED === 'column turned off') return 'turned off';
  return PLANTED === 'column gone' ? 'gone' : undefined;
}

/** Whether a column loses its testbed, and has its other cases. */
export function isTestbedPlantedAway(part: string): boolean {
  return part === 'coroutine' && PLANTED === 'testbed gone';
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
