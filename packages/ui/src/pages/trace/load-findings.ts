import { loadOnce } from '../../app/load-once.ts';

/** The search for findings and what shows them, which come when the trace stands. */
export const loadFindings = loadOnce(() => import('./findings/findings-parts.ts'));
