import { plantedCases } from './planted-cases.ts';
import { portableSuite, unavailableParts, type PortableCase, type UnavailablePart } from './portable-suite.ts';

/** What became of one case. */
export interface CaseResult {
  part: string;
  name: string;
  /** What it threw; absent when it passed. */
  error?: string;
}

/** What a runtime reports: one line of JSON, whatever carries it. */
export interface SuiteReport {
  results: CaseResult[];
  unavailable: UnavailablePart[];
}

// Cases wait for a timer or two. One that never settles must not take the others' results with it.
const caseDeadlineMs = 10_000;

/** Runs all cases that this runtime can run, one after the other: they share the global tracer and the active span. */
export async function runSuite(): Promise<SuiteReport> {
  const results: CaseResult[] = [];
  for (const portable of [...portableSuite(), ...plantedCases()]) results.push(await resultOf(portable));
  return { results, unavailable: unavailableParts() };
}

async function resultOf({ part, name, run }: PortableCase): Promise<CaseResult> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not settled after ${caseDeadlineMs} ms`)), caseDeadlineMs);
  });
  try {
    await Promise.race([run(), deadline]);
    return { part, name };
  } catch (error) {
    return { part, name, error: textOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

function textOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const summary = `${thrown.name}: ${thrown.message}`;
  const lines = (thrown.stack ?? '').split('\n').filter((line) => line.trim() !== '');
  // V8 begins the stack with the message, JavaScriptCore has frames only. The top of it says enough.
  const frames = lines.filter((line) => !summary.includes(line));
  return [summary, ...frames.slice(0, 5)].join('\n');
}
