import {
  apiCases,
  apiCheck,
  scopeCheck,
  scopeManagerCases,
  scopeManagerExceptions,
  tracerCases,
  type ConformanceCase,
} from '../src/conformance.ts';
import type { Span } from '../src/contract.ts';
import { type MockSpan, MockTracer } from '../src/mock.ts';
import { recordedOfMock } from '../src/harness/fixtures/recorded-of-mock.ts';
import { type Kit, runCell, scenarios } from '../src/testbed/index.ts';
import { Tracer } from '../src/tracer.ts';
import { managers, type MatrixManager } from './managers.ts';
import { isTestbedPlantedAway, plantedAbsence } from './planted-cases.ts';
import type { PortableCase } from './portable-case.ts';
import { carrierCases } from './platform/carriers.ts';
import { disposalCases, whyNoDisposal } from './platform/disposal.ts';
import { errorCases } from './platform/errors.ts';
import { garbageCollector } from './platform/garbage.ts';
import { globalTracerCases } from './platform/global-tracer.ts';

/** A part that this runtime cannot run, and why. */
export interface UnavailablePart {
  part: string;
  reason: string;
}

/** What the table is to say of a part, beside its numbers. */
export interface PartNote {
  part: string;
  note: string;
}

type Case = Omit<PortableCase, 'part'>;

interface Part {
  part: string;
  cases: () => Case[] | Promise<Case[]>;
  needs?: (() => string | undefined) | undefined;
  note?: (() => string | undefined) | undefined;
}

// One line a part; a scope manager is one entry in managers.ts.
const parts: Part[] = [
  { part: 'no-op tracer', cases: () => apiCases(() => new Tracer(), { baggage: false }) },
  { part: 'mock tracer', cases: () => tracerCases(() => new MockTracer(), {}, { recorded: recordedOfMock }) },
  {
    part: 'strict mock tracer',
    cases: () => tracerCases(() => new MockTracer({ strict: true }), { strict: true }, { recorded: recordedOfMock }),
  },
  {
    part: 'apiCheck',
    cases: () => apiCheck(() => new MockTracer(), { isParent: isParentOfMock, recorded: recordedOfMock }),
  },
  { part: 'carriers', cases: () => carrierCases },
  { part: 'errors', cases: () => errorCases },
  { part: '`using`', cases: () => disposalCases, needs: whyNoDisposal },
  { part: 'global tracer', cases: () => globalTracerCases },
  ...managers.map((manager) => ({ ...manager, part: manager.name, cases: () => casesOf(manager) })),
];

/** What this runtime can run of the package's conformance suite, without a test framework. */
export async function portableSuite(): Promise<PortableCase[]> {
  const suite: PortableCase[] = [];
  for (const { part, cases } of availableParts()) {
    for (const each of await cases()) suite.push({ part, ...each });
  }
  return suite;
}

/** What it cannot run. */
export function unavailableParts(): UnavailablePart[] {
  return parts.flatMap(({ part, needs }) => {
    const reason = plantedAbsence(part) === 'turned off' ? 'planted' : needs?.();
    return reason === undefined ? [] : [{ part, reason }];
  });
}

/** What there is to say of what it can run. */
export function partNotes(): PartNote[] {
  return availableParts().flatMap(({ part, note: noteOf }) => {
    const note = noteOf?.();
    return note === undefined ? [] : [{ part, note }];
  });
}

function availableParts(): Part[] {
  return parts.filter(({ part, needs }) => needs?.() === undefined && plantedAbsence(part) === undefined);
}

function isParentOfMock(parent: Span | null, span: Span): boolean {
  return (span as MockSpan).parentId() === parent?.context().toSpanId();
}

async function casesOf({ name: column, load, prepare }: MatrixManager): Promise<Case[]> {
  const { create, capabilities = {}, testbed, broken = {} } = await load();
  const cases = [
    ...of('conformance', [
      ...scopeManagerCases(create, capabilities, { collectGarbage: garbageCollector() }).map(askedOrAbsent),
      ...scopeManagerExceptions(create, capabilities).map(impossible),
    ]),
    ...of('scopeCheck', scopeCheck(create)),
    ...of('testbed', testbed === undefined || isTestbedPlantedAway(column) ? [] : testbedCases(testbed, broken)),
  ];
  if (prepare === undefined) return cases;
  return cases.map(({ run, ...rest }) => ({ ...rest, run: () => prepare().then(run) }));
}

function of(suite: NonNullable<Case['suite']>, cases: readonly Case[]): Case[] {
  return cases.map(({ name, run }) => ({ suite, name, run }));
}

function askedOrAbsent({ name, run, skipped }: ConformanceCase): Case {
  return skipped === undefined ? { name, run } : { name, run: async () => ({ outcome: 'absent' }) };
}

/** What passes when a requirement is shown not to be met. */
function impossible({ name, run }: ConformanceCase): Case {
  return {
    name,
    run: async () => {
      await run();
      return { outcome: 'impossible' };
    },
  };
}

function testbedCases(kit: Kit, broken: Record<string, string>): Case[] {
  return scenarios.map((scenario) => ({
    name: `testbed: ${scenario.name}`,
    run: async () => {
      if (Object.hasOwn(broken, scenario.name)) return { outcome: 'absent' };
      const { outcome, reason } = await runCell(kit, scenario);
      if (outcome === 'failed') throw new Error(reason);
      return outcome === 'passed' ? undefined : { outcome };
    },
  }));
}
