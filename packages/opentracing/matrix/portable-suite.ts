import {
  apiCases,
  apiCheck,
  scopeCheck,
  scopeManagerCases,
  tracerCases,
  type ConformanceCase,
} from '../src/conformance.ts';
import type { Span } from '../src/contract.ts';
import { type MockSpan, MockTracer } from '../src/mock.ts';
import { type Kit, runCell, scenarios } from '../src/testbed/index.ts';
import { Tracer } from '../src/tracer.ts';
import { managers, type MatrixManager } from './managers.ts';
import { carrierCases } from './platform/carriers.ts';
import { disposalCases, whyNoDisposal } from './platform/disposal.ts';
import { errorCases } from './platform/errors.ts';
import { globalTracerCases } from './platform/global-tracer.ts';

/** A case of the suite and the part (the column of the table) to which it belongs. */
export interface PortableCase extends ConformanceCase {
  part: string;
}

/** A part that this runtime cannot run, and why. */
export interface UnavailablePart {
  part: string;
  reason: string;
}

interface Part {
  part: string;
  cases: () => ConformanceCase[];
  needs?: (() => string | undefined) | undefined;
}

// One line a part; a scope manager is one entry in managers.ts.
const parts: Part[] = [
  { part: 'no-op tracer', cases: () => apiCases(() => new Tracer(), { baggage: false }) },
  { part: 'mock tracer', cases: () => tracerCases(() => new MockTracer()) },
  {
    part: 'strict mock tracer',
    cases: () => tracerCases(() => new MockTracer({ strict: true }), { strict: true }),
  },
  { part: 'apiCheck', cases: () => apiCheck(() => new MockTracer(), { isParent: isParentOfMock }) },
  { part: 'carriers', cases: () => carrierCases },
  { part: 'errors', cases: () => errorCases },
  { part: '`using`', cases: () => disposalCases, needs: whyNoDisposal },
  { part: 'global tracer', cases: () => globalTracerCases },
  ...managers.map((manager) => ({ part: manager.name, cases: () => casesOf(manager), needs: manager.needs })),
];

/** What this runtime can run of the package's conformance suite, without a test framework. */
export function portableSuite(): PortableCase[] {
  return parts
    .filter(({ needs }) => needs?.() === undefined)
    .flatMap(({ part, cases }) => cases().map(({ name, run }) => ({ part, name, run })));
}

/** What it cannot run. */
export function unavailableParts(): UnavailablePart[] {
  return parts.flatMap(({ part, needs }) => {
    const reason = needs?.();
    return reason === undefined ? [] : [{ part, reason }];
  });
}

function isParentOfMock(parent: Span | null, span: Span): boolean {
  return (span as MockSpan).parentId() === parent?.context().toSpanId();
}

function casesOf({ create, capabilities, prepare, testbed }: MatrixManager): ConformanceCase[] {
  const cases = [
    ...scopeManagerCases(create, capabilities?.()),
    ...scopeCheck(create),
    ...(testbed === undefined ? [] : testbedCases(testbed())),
  ];
  if (prepare === undefined) return cases;
  return cases.map(({ name, run }) => ({ name, run: () => prepare().then(run) }));
}

/** The testbed's cells that this runtime has what they need for. */
function testbedCases(kit: Kit): ConformanceCase[] {
  return scenarios.map((scenario) => ({
    name: `testbed: ${scenario.name}`,
    run: async () => {
      const { outcome, reason } = await runCell(kit, scenario);
      if (outcome === 'failed') throw new Error(reason);
    },
  }));
}
