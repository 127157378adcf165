import type { SearchCondition, TraceFacet } from '@spanwise/wire/query';

/** What choosing a value of a facet adds to the query. */
export function facetCondition({ field, key }: Pick<TraceFacet, 'field' | 'key'>, value: string): SearchCondition {
  if (field === 'tag') return { field, key: key ?? '', operator: '=', value };
  if (field !== 'trace.error') return { field, operator: '=', value };
  return value === 'true' ? { field: 'tag', key: 'error', operator: 'has' } : { field, operator: '!has' };
}

export function isChosen(conditions: readonly SearchCondition[], condition: SearchCondition): boolean {
  return conditions.some((held) => isSameCondition(held, condition));
}

/** Adds the condition, or takes it away where it stands. */
export function toggled(conditions: readonly SearchCondition[], condition: SearchCondition): SearchCondition[] {
  const rest = conditions.filter((held) => !isSameCondition(held, condition));
  return rest.length < conditions.length ? rest : [...conditions, condition];
}

function isSameCondition(one: SearchCondition, other: SearchCondition): boolean {
  return (
    one.field === other.field && one.key === other.key && one.operator === other.operator && one.value === other.value
  );
}
