import type { AttributeValue } from '@spanwise/wire/span-record';
import { SpanStatus } from '@spanwise/wire/span-record';

import { attributeText } from '../../matching/attribute-text.ts';
import type { Criterion, NumberBound } from '../../matching/search-criteria.ts';
import { criteriaOf, isWithin, sameName } from '../../matching/search-criteria.ts';
import { hasTag } from '../../matching/search-match.ts';
import type { StoreSearch } from '../../span-store.ts';
import type { Catalogue } from '../hot/catalogue.ts';
import { readResource } from '../rows/shared-json.ts';
import { keyNeedle, needlesOf } from '../rows/search-needle.ts';
import { operationHash, serviceHash, serviceOperationHash } from '../rows/text-hash.ts';

/** Which rows make their trace a candidate. Candidates are then loaded whole and tested by `matchTrace`. */
export interface SearchPlan {
  readonly search: StoreSearch;
  /** A candidate's row meets all of these, the time range and the service. */
  readonly criteria: readonly Criterion[];
}

/**
 * The plans that find every match, best first by rule of thumb. For one-span searches there is one, with all criteria.
 * When other spans of the trace may meet the other criteria, any one criterion is a plan; the rarest is the best.
 */
export function plansOf(search: StoreSearch): SearchPlan[] {
  const criteria = criteriaOf(search);
  if (search.match === 'span' || criteria.length === 0) return [{ search, criteria }];
  const ranked = [...criteria].sort((a, b) => commonness(a) - commonness(b));
  return ranked.map((criterion) => ({ search, criteria: [criterion] }));
}

function commonness(criterion: Criterion): number {
  if (criterion.kind === 'tag') return criterion.term.value === undefined ? 4 : isErrorFalse(criterion) ? 6 : 0;
  if (criterion.kind === 'service') return criterion.isNot ? 6 : 3;
  const ranks = { remoteService: 1, operation: 2, duration: 3, 'tag-number': 4, 'span-kind': 5, status: 5 };
  return criterion.kind === 'not-tag' || criterion.kind === 'not-operation' ? 6 : ranks[criterion.kind];
}

function isErrorFalse(criterion: Criterion & { kind: 'tag' }): boolean {
  return criterion.term.key === 'error' && criterion.term.value === 'false';
}

/** Entries that a block's filter must have: one of each group. */
export function filterGroups({ search, criteria }: SearchPlan): number[][] {
  const groups = criteria.flatMap((criterion) => criterionGroup(criterion, search));
  if (search.service !== undefined) groups.push([serviceHash(search.service)]);
  return groups;
}

function criterionGroup(criterion: Criterion, { service }: StoreSearch): number[][] {
  switch (criterion.kind) {
    case 'operation':
      return [[service === undefined ? operationHash(criterion.name) : serviceOperationHash(service, criterion.name)]];
    case 'service':
      return criterion.isNot ? [] : [[serviceHash(criterion.name)]];
    case 'status':
      return criterion.number === SpanStatus.error && !criterion.isNot ? [failedHashes] : [];
    case 'tag-number':
      return [[keyNeedle(criterion.key).hash]];
    case 'tag':
      return isErrorFalse(criterion) ? [] : [needlesOf(criterion.term).map(({ hash }) => hash)];
    case 'remoteService':
    case 'duration':
    case 'span-kind':
    case 'not-operation':
    case 'not-tag':
      return [];
  }
}

/** Failed spans have the entries of this tag. */
const failedHashes = needlesOf({ key: 'error', value: 'true' }).map(({ hash }) => hash);

/** A plan in the numbers of one catalogue. `undefined` sets allow every number. */
export interface RowTest {
  readonly startMicros: number;
  readonly endMicros: number;
  readonly resourceIds: readonly number[] | undefined;
  readonly nameIds: readonly number[] | undefined;
  readonly remoteIds: readonly number[] | undefined;
  readonly minNanos: number | undefined;
  readonly maxNanos: number | undefined;
  readonly kinds: readonly number[] | undefined;
  readonly statuses: readonly number[] | undefined;
  readonly terms: readonly TermTest[];
  readonly numbers: readonly NumberTest[];
}

/** A row passes when its text has a needle, its resource is listed, or it failed and that is enough. */
export interface TermTest {
  readonly needles: readonly string[];
  readonly resourceIds: readonly number[];
  readonly orFailed: boolean;
}

/** A row passes when its text has the key before a number in the range, or its resource is listed. */
export interface NumberTest {
  /** The key as it stands in the row's JSON, before the value. */
  readonly needle: string;
  readonly min: NumberBound;
  readonly max: NumberBound;
  readonly resourceIds: readonly number[];
}

/** `undefined` when no row with this catalogue can pass. */
export function rowTest({ search, criteria }: SearchPlan, catalogue: Catalogue): RowTest | undefined {
  const is =
    (name: string): NameTest =>
    (candidate) =>
      sameName(candidate, name, search);
  const durations = criteria.filter((criterion) => criterion.kind === 'duration');
  const test: RowTest = {
    startMicros: search.startMicros,
    endMicros: search.endMicros,
    resourceIds: narrowed(
      idsOf(catalogue.resourceServices, [
        ...(search.service === undefined ? [] : [is(search.service)]),
        ...nameTests(criteria, 'service', is),
      ]),
      catalogue.resources.length,
    ),
    nameIds: idsOf(catalogue.names, [
      ...nameTests(criteria, 'operation', is),
      ...nameTests(criteria, 'not-operation', is),
    ]),
    remoteIds: idsOf(catalogue.remotes, nameTests(criteria, 'remoteService', is)),
    minNanos: durations.length === 0 ? undefined : Math.max(...durations.map(({ minNanos }) => minNanos)),
    maxNanos: durations.length === 0 ? undefined : Math.min(...durations.map(({ maxNanos }) => maxNanos)),
    kinds: allowedNumbers(criteria, 'span-kind', 5),
    statuses: allowedNumbers(criteria, 'status', 2),
    terms: criteria.flatMap((criterion) => termTest(criterion, catalogue)),
    numbers: criteria.flatMap((criterion) => numberTest(criterion, catalogue)),
  };
  const sets = [test.resourceIds, test.nameIds, test.remoteIds, test.kinds, test.statuses];
  return sets.some((ids) => ids?.length === 0) ? undefined : test;
}

type NameTest = (name: string) => boolean;

function nameTests(
  criteria: readonly Criterion[],
  kind: Criterion['kind'],
  is: (name: string) => NameTest,
): NameTest[] {
  return criteria.flatMap((criterion) => {
    if (criterion.kind !== kind || !('name' in criterion)) return [];
    const test = is(criterion.name);
    const isNot = criterion.kind === 'not-operation' || (criterion.kind === 'service' && criterion.isNot);
    return [isNot ? (name: string) => !test(name) : test];
  });
}

/** Where every test passes; `undefined` without a test. */
function idsOf(names: readonly string[], tests: readonly NameTest[]): number[] | undefined {
  return tests.length === 0 ? undefined : indexesWhere(names, (name) => tests.every((passes) => passes(name)));
}

type NumberCriterion = Criterion & { kind: 'span-kind' | 'status' };

/** The numbers up to `most` that the criteria of a kind let pass; `undefined` when there are none of the kind. */
function allowedNumbers(
  criteria: readonly Criterion[],
  kind: 'span-kind' | 'status',
  most: number,
): number[] | undefined {
  const asked = criteria.filter((criterion): criterion is NumberCriterion => criterion.kind === kind);
  if (asked.length === 0) return undefined;
  const numbers = Array.from({ length: most + 1 }, (_, number) => number);
  return numbers.filter((number) => asked.every((one) => (one.number === number) !== one.isNot));
}

function termTest(criterion: Criterion, catalogue: Catalogue): TermTest[] {
  if (criterion.kind !== 'tag' || isErrorFalse(criterion)) return [];
  const { key, value } = criterion.term;
  const needles = needlesOf(criterion.term).map(({ text }) => text);
  const resourceIds = resourcesWith(catalogue, key, (held) => value === undefined || attributeText(held) === value);
  return [{ needles, resourceIds, orFailed: key === 'error' }];
}

function numberTest(criterion: Criterion, catalogue: Catalogue): NumberTest[] {
  if (criterion.kind !== 'tag-number') return [];
  const { key, min, max } = criterion;
  const resourceIds = resourcesWith(catalogue, key, (held) => isWithin(held, min, max));
  return [{ needle: keyNeedle(key).text, min, max, resourceIds }];
}

function resourcesWith({ resources }: Catalogue, key: string, passes: (value: AttributeValue) => boolean): number[] {
  const quoted = JSON.stringify(key);
  return indexesWhere(resources, (json) => json.includes(quoted) && hasTag(readResource(json).attributes, key, passes));
}

function narrowed(ids: number[] | undefined, all: number): number[] | undefined {
  return ids !== undefined && ids.length === all && all > 0 ? undefined : ids;
}

function indexesWhere(texts: readonly string[], passes: (text: string) => boolean): number[] {
  const found: number[] = [];
  for (const [index, text] of texts.entries()) if (passes(text)) found.push(index);
  return found;
}
