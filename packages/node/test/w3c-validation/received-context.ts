import { expect } from 'vitest';

import type { HeaderLine } from './harness.ts';

/** What a call carried. */
export interface ReceivedContext {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly parentId: string;
  readonly flags: number;
  /** The members of `tracestate` in their order; of a repeated key the first. */
  readonly state: ReadonlyMap<string, string>;
}

const traceparentPattern = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;
const memberPattern = /^([a-z0-9][a-z0-9_\-*/@]{0,255})=([ -+\--<>-~]{0,255}[!-+\--<>-~])$/;

/** Reads the one valid `traceparent` that every call must have, and its `tracestate`, which must be valid. */
export function contextOf(lines: readonly HeaderLine[]): ReceivedContext {
  const traceparents = valuesOf(lines, 'traceparent');
  expect(traceparents).toEqual([expect.stringMatching(traceparentPattern)]);
  const [, traceId, parentId, flags] = traceparentPattern.exec(traceparents[0]!) as string[];
  return { traceId: traceId!, parentId: parentId!, flags: Number.parseInt(flags!, 16), state: stateOf(lines) };
}

function stateOf(lines: readonly HeaderLine[]): Map<string, string> {
  const state = new Map<string, string>();
  const members = valuesOf(lines, 'tracestate').flatMap((value) => value.split(/[ \t]*,[ \t]*/));
  for (const member of members.filter((text) => text !== '')) {
    expect(member).toMatch(memberPattern);
    const [, key, value] = memberPattern.exec(member) as string[];
    if (!state.has(key!)) state.set(key!, value!);
  }
  return state;
}

function valuesOf(lines: readonly HeaderLine[], name: string): string[] {
  return lines.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}
