import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { formatAddress, parseAddress } from '../model/address.ts';
import { parseTraceView } from '../model/trace-view.ts';
import { parseTracesParams } from '../model/traces-search.ts';
import { Crash } from './crash.tsx';
import { Frame } from './frame.tsx';
import { NotFound } from './not-found.tsx';

const rootRoute = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const tracesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: parseTracesParams,
}).lazy(() => import('../pages/traces/route.tsx').then(({ route }) => route));

const traceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/trace/$traceId',
  validateSearch: parseTraceView,
}).lazy(() => import('../pages/trace/route.tsx').then(({ route }) => route));

/** The views of the page. Each one's search parameters are its permalink. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([tracesRoute, traceRoute]),
  parseSearch: (query) => parseAddress(query),
  stringifySearch: formatAddress,
  scrollRestoration: true,
  defaultPreload: 'intent',
  defaultErrorComponent: Crash,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
