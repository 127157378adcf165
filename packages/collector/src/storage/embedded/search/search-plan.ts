import type { Criterion } from '../../matching/search-match.ts';
import { criteriaOf, sameName } from '../../matching/search-match.ts';
import type { StoreSearch } from '../../span-store.ts';
import type { Catalogue } from '../hot/catalogue.ts';
import { readResource } from '../rows/shared-json.ts';
import { needlesOf } from '../rows/search-needle.ts';
import { operationHash, serviceHash, serviceOperationHash } from '../rows/text-hash.ts';
import { attributeText } from '../../matching/attribute-text.ts';

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
  if (criterion.kind === 'tag') return criterion.term.value === undefined ? 4 : isErrorFalse(criterion) ? 5 : 0;
  return { remoteService: 1, operation: 2, duration: 3 }[criterion.kind];
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
  if (criterion.kind === 'operation') {
    return [[service === undefined ? operationHash(criterion.name) : serviceOperationHash(service, criterion.name)]];
  }
  if (criterion.kind !== 'tag' || isErrorFalse(criterion)) return [];
  return [needlesOf(criterion.term).map(({ hash }) => hash)];
}

/** A plan in the numbers of one catalogue. `undefined` sets allow every number. */
export interface RowTest {
  readonly startMicros: number;
  readonly endMicros: number;
  readonly resourceIds: readonly number[] | undefined;
  readonly nameIds: readonly number[] | undefined;
  readonly remoteIds: readonly number[] | undefined;
  readonly minNanos: number | undefined;
  readonly maxNanos: number | undefined;
  readonly terms: readonly TermTest[];
}

/** A row passes when its text has a needle, its resource is listed, or it failed and that is enough. */
export interface TermTest {
  readonly needles: readonly string[];
  readonly resourceIds: readonly number[];
  readonly orFailed: boolean;
}

/** `undefined` when no row with this catalogue can pass. */
export function rowTest({ search, criteria }: SearchPlan, catalogue: Catalogue): RowTest | undefined {
  const named = (names: readonly string[], name: string | undefined): number[] | undefined =>
    name === undefined ? undefined : indexesWhere(names, (candidate) => sameName(candidate, name, search));
  const operation = criteria.find((criterion) => criterion.kind === 'operation')?.name;
  const remote = criteria.find((criterion) => criterion.kind === 'remoteService')?.name;
  const duration = criteria.find((criterion) => criterion.kind === 'duration');
  const test: RowTest = {
    startMicros: search.startMicros,
    endMicros: search.endMicros,
    resourceIds: narrowed(named(catalogue.resourceServices, search.service), catalogue.resources.length),
    nameIds: named(catalogue.names, operation),
    remoteIds: named(catalogue.remotes, remote),
    minNanos: duration?.minNanos,
    maxNanos: duration?.maxNanos,
    terms: criteria.flatMap((criterion) => termTest(criterion, catalogue)),
  };
  return [test.resourceIds, test.nameIds, test.remoteIds].some((ids) => ids?.length === 0) ? undefined : test;
}

function termTest(criterion: Criterion, catalogue: Catalogue): TermTest[] {
  if (criterion.kind !== 'tag' || isErrorFalse(criterion)) return [];
  const { term } = criterion;
  const needles = needlesOf(term).map(({ text }) => text);
  const carries = (json: string): boolean => {
    if (!json.includes(JSON.stringify(term.key))) return false;
    const { attributes } = readResource(json);
    return attributes.some(
      (key, index) =>
        index % 2 === 0 &&
        key === term.key &&
        (term.value === undefined || attributeText(attributes[index + 1] ?? null) === term.value),
    );
  };
  return [{ needles, resourceIds: indexesWhere(catalogue.resources, carries), orFailed: term.key === 'error' }];
}

function narrowed(ids: number[] | undefined, all: number): number[] | undefined {
  return ids !== undefined && ids.length === all && all > 0 ? undefined : ids;
}

function indexesWhere(texts: readonly string[], passes: (text: string) => boolean): number[] {
  const found: number[] = [];
  for (const [index, text] of texts.entries()) if (passes(text)) found.push(index);
  return found;
}
