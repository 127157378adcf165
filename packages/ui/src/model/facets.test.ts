import { formatTraceQuery, parseTraceQuery } from '@spanwise/analysis';
import { expect, it } from 'vitest';
import { facetCondition, isChosen, toggled } from './facets.ts';

it.each([
  ['service', undefined, 'my shop', 'service="my shop"'],
  ['operation', undefined, 'GET', 'operation=GET'],
  ['tag', 'service', 'x', '"service"=x'],
  ['tag', 'k', '', 'k=""'],
  ['trace.error', undefined, 'true', 'error'],
  ['trace.error', undefined, 'false', '!trace.error'],
] as const)('chooses %s %s %j as %s, and lets go of it again', (field, key, value, text) => {
  const condition = facetCondition({ field, key }, value);
  const { conditions } = parseTraceQuery(`a=b ${text} c`);
  expect(isChosen(conditions, condition)).toBe(true);
  const without = toggled(conditions, condition);
  expect(formatTraceQuery(without)).toBe('a=b c');
  expect(isChosen(without, condition)).toBe(false);
  expect(formatTraceQuery(toggled(without, condition))).toBe(`a=b c ${text}`);
});
