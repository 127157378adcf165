import { lazy } from 'react';
import { loadOnce } from '../../app/load-once.ts';

/** The heat map: its code comes while the first traces are on their way. */
export const LazyHeatMap = lazy(loadOnce(async () => ({ default: (await import('./search/heat-map.tsx')).HeatMap })));

/** The facets. */
export const LazyFacets = lazy(loadOnce(async () => ({ default: (await import('./search/facets.tsx')).Facets })));

/** The list while new traces come. */
export const LazyLiveList = lazy(
  loadOnce(async () => ({ default: (await import('./search/live-list.tsx')).LiveList })),
);

/** An empty result. */
export const LazyEmptyResult = lazy(
  loadOnce(async () => ({ default: (await import('./empty-result.tsx')).EmptyResult })),
);

/** How to send the first span. */
export const LazyFirstSpan = lazy(
  loadOnce(async () => ({ default: (await import('./first-span/first-span.tsx')).FirstSpan })),
);

/** The list of keys. */
export const LazyKeyHelp = lazy(
  loadOnce(async () => ({ default: (await import('../../components/key-help.tsx')).KeyHelp })),
);
