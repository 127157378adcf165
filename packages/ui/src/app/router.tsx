import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { formatAddress, parseAddress } from '../model/address.ts';
import { parseSumsParams } from '../model/sums-params.ts';
import { parseTraceView } from '../model/trace-view.ts';
import { parseTracesParams } from '../model/traces-params.ts';
import { Crash } from './crash.tsx';
import { Frame } from './frame.tsx';
import { loadOnce } from './load-once.ts';
import { NotFound } from './not-found.tsx';
import { whenIdle } from './when-idle.ts';

const loadTracesView = loadOnce(() => import('../pages/traces/route.tsx').then(({ route }) => route));
const loadTraceView = loadOnce(() => import('../pages/trace/route.tsx').then(({ route }) => route));

const loadServicesView = loadOnce(() => import('../pages/services/route.tsx').then(({ route }) => route));
const loadServiceView = loadOnce(() => import('../pages/service/route.tsx').then(({ route }) => route));
const loadMapView = loadOnce(() => import('../pages/map/route.tsx').then(({ route }) => route));

const rootRoute = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const tracesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: parseTracesParams,
}).lazy(loadTracesView);

const traceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/trace/$traceId',
  validateSearch: parseTraceView,
}).lazy(loadTraceView);

const servicesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services',
  validateSearch: parseSumsParams,
}).lazy(loadServicesView);

const serviceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/$service',
  validateSearch: parseSumsParams,
}).lazy(loadServiceView);

const mapRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/map',
  validateSearch: parseSumsParams,
}).lazy(loadMapView);

/** The views of the page. Each one's search parameters are its permalink. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([tracesRoute, traceRoute, servicesRoute, serviceRoute, mapRoute]),
  parseSearch: (query) => parseAddress(query),
  stringifySearch: formatAddress,
  // What a view does not know, or cannot read, leaves the address.
  search: { strict: true },
  scrollRestoration: true,
  defaultPreload: 'intent',
  defaultErrorComponent: Crash,
});

/**
 * Once the first view stands, the code of the others is fetched too: they then open even when the collector is gone.
 */
const unsubscribe = router.subscribe('onResolved', () => {
  unsubscribe();
  const loads = [loadTracesView, loadTraceView, loadServicesView, loadServiceView, loadMapView];
  whenIdle(() => void Promise.allSettled(loads.map((load) => load())));
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
