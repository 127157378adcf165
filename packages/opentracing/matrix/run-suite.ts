import { plantedCases } from './planted-cases.ts';
import type { PortableCase } from './portable-case.ts';
import { type PartNote, partNotes, portableSuite, unavailableParts, type UnavailablePart } from './portable-suite.ts';

/** What became of one case. */
export interface CaseResult {
  part: string;
  suite?: PortableCase['suite'];
  name: string;
  /** `impossible`: tried, and shown to be so. `absent`: the runtime lacks what the case needs. */
  outcome: 'passed' | 'impossible' | 'absent' | 'failed';
  /** What it threw. */
  error?: string;
}

/** What a runtime reports: one line of JSON, whatever carries it. */
export interface SuiteReport {
  results: CaseResult[];
  unavailable: UnavailablePart[];
  notes: PartNote[];
}

// Cases wait for a timer or two. One that never settles must not take the others' results with it.
const caseDeadlineMs = 10_000;

/** Runs all cases that this runtime can run, one after the other: they share the global tracer and the active span. */
export async function runSuite(): Promise<SuiteReport> {
  const results: CaseResult[] = [];
  for (const portable of [...(await portableSuite()), ...plantedCases()]) results.push(await resultOf(portable));
  return { results, unavailable: unavailableParts(), notes: partNotes() };
}

async function resultOf({ run, ...of }: PortableCase): Promise<CaseResult> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not settled after ${caseDeadlineMs} ms`)), caseDeadlineMs);
  });
  try {
    const notAsked = await Promise.race([run(), deadline]);
    return { ...of, outcome: notAsked?.outcome ?? 'passed' };
  } catch (error) {
    return { ...of, outcome: 'failed', error: textOf(error) };
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
