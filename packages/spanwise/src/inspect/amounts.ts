import { describeQueryProblem, parseTraceQuery } from '@spanwise/analysis';

import { UsageError } from '../usage-error.ts';

const unitMillis = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of an amount of time such as `250ms`, `15m` or `2d`. @throws {UsageError} for anything else. */
export function parseTime(flag: string, text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const millis = Number(amount) * unitMillis[unit as keyof typeof unitMillis];
  if (millis >= 0) return millis;
  throw new UsageError(`${flag} was "${text}"; write a time such as 250ms, 30s, 15m, 2h or 1d`);
}

/** A whole number in a range. @throws {UsageError} for anything else. */
export function parseCount(flag: string, text: string, most: number): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= most) return count;
  throw new UsageError(`${flag} was "${text}"; write a whole number from 1 to ${most}`);
}

/** A query in the language of the page, as it was written. @throws {UsageError} with the place of what is wrong. */
export function parseQuery(flag: string, text: string): string {
  const [problem] = parseTraceQuery(text).problems;
  if (problem === undefined) return text;
  const place = text.slice(problem.from, problem.to);
  throw new UsageError(`${flag}: at character ${problem.from + 1}, "${place}": ${describeQueryProblem(problem)}`);
}

/** 32 hexadecimal digits, bare or in a `traceparent`; fewer are those of an older tracer, and are filled up. @throws {UsageError} for anything else. */
export function parseTraceId(text: string): string {
  const parent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/i.exec(text.trim());
  if (parent !== null) return parent[1]!.toLowerCase();
  if (/^[0-9a-f]{1,32}$/i.test(text)) return text.toLowerCase().padStart(32, '0');
  throw new UsageError(`"${text}" is no trace id; write its 32 hexadecimal digits, as "spanwise traces" prints them`);
}

/** An `http:` or `https:` address. @throws {UsageError} for anything else. */
export function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new UsageError(`--url was "${text}"; write the page's address, such as http://127.0.0.1:9411`);
}
