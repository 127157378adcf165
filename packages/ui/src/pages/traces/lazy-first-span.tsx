import { lazy } from 'react';
import { loadOnce } from '../../app/load-once.ts';

const load = loadOnce(async () => ({ default: (await import('./first-span/first-span.tsx')).FirstSpan }));

/** How to send the first span: its code comes where a store is empty. */
export const LazyFirstSpan = lazy(load);
