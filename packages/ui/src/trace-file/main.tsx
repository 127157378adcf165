import '../tokens.css';
import '../base.css';
import { createHashHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { applyTheme, storedTheme } from '../app/theme.ts';
import { InFileContext } from '../components/in-file.ts';
import { formatAddress, parseAddress } from '../model/address.ts';
import { readTraceFile, traceElementId } from '../model/trace-file.ts';
import { buildTraceModel } from '../model/trace-model.ts';
import type { TraceModel } from '../model/trace-model.ts';
import { parseTraceView } from '../model/trace-view.ts';
import { TraceView } from '../pages/trace/trace-view.tsx';
import { LanguageProvider } from '../words/language.tsx';
import { EmptyFile, FileFrame } from './file-frame.tsx';

applyTheme(storedTheme());

const columns = readTraceFile(document.getElementById(traceElementId)?.textContent);
createRoot(document.getElementById('page')!).render(
  <StrictMode>
    <InFileContext value={true}>
      <LanguageProvider>
        {columns === undefined ? <EmptyFile /> : <RouterProvider router={routerOf(buildTraceModel(columns))} />}
      </LanguageProvider>
    </InFileContext>
  </StrictMode>,
);

/** The view stands behind the `#`: that is the only part of a file's address that a page may change. */
function routerOf(model: TraceModel) {
  const address = `/trace/${model.traceId}`;
  const history = createHashHistory();
  if (!history.location.pathname.startsWith(address)) history.replace(address);
  const rootRoute = createRootRoute({ component: FileFrame });
  const traceRoute = createRoute({
    getParentRoute: () => rootRoute,
    path: '/trace/$traceId',
    validateSearch: parseTraceView,
    component: () => <TraceView model={model} />,
  });
  return createRouter({
    routeTree: rootRoute.addChildren([traceRoute]),
    history,
    parseSearch: (query) => parseAddress(query),
    stringifySearch: formatAddress,
    search: { strict: true },
  });
}
