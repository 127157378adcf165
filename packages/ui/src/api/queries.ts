import { QueryClient, queryOptions } from '@tanstack/react-query';
import type { CollectorAnswer, OperationsAnswer, ServicesAnswer, TagKeysAnswer } from '@spanwise/wire/query';
import {
  fetchCollector,
  fetchOperations,
  fetchServices,
  fetchTagKeys,
  RefusedError,
  UnreachableError,
} from './client.ts';

/** How often a collector with an empty store is asked whether the first span has come, and where it takes spans. */
const firstSpanPollMillis = 2000;

/**
 * A collector that is gone is asked again until it answers, at first after a second, then every ten at most; the last
 * good data stays on the screen meanwhile. So is one that reads its journal again. Other refusals are final.
 */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Loopback answers without a network too.
        networkMode: 'always',
        retry: (_count, error) => error instanceof UnreachableError || isReplaying(error),
        retryDelay: (attempt) => Math.min(1000 * 2 ** attempt, 10_000),
        refetchOnWindowFocus: false,
        staleTime: 15_000,
      },
    },
  });
}

function isReplaying(error: Error): boolean {
  return error instanceof RefusedError && error.status === 503;
}

export const servicesQuery = queryOptions({
  queryKey: ['services'],
  queryFn: ({ signal }): Promise<ServicesAnswer> => fetchServices(signal),
  refetchInterval: ({ state }) => (state.data?.services.length === 0 ? firstSpanPollMillis : false),
});

/** Asked again while it is on the screen: a collector that was restarted may have other ports. */
export const collectorQuery = queryOptions({
  queryKey: ['collector'],
  queryFn: ({ signal }): Promise<CollectorAnswer> => fetchCollector(signal),
  refetchInterval: firstSpanPollMillis,
});

export function operationsQuery(service: string | undefined) {
  return queryOptions({
    queryKey: ['operations', service],
    queryFn: ({ signal }): Promise<OperationsAnswer> => fetchOperations(service ?? '', signal),
    enabled: service !== undefined,
  });
}

export function tagKeysQuery(service: string | undefined) {
  return queryOptions({
    queryKey: ['tags', service],
    queryFn: ({ signal }): Promise<TagKeysAnswer> => fetchTagKeys(service, signal),
  });
}
