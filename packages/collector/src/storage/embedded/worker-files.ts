/**
 * The built file of a worker. Node 20 cannot run TypeScript in a worker thread, so the workers come from `lib` even when
 * this module runs from source.
 */
export function workerFile(name: 'ingest-worker' | 'query-worker', directory?: URL): URL {
  const folder = import.meta.url.endsWith('.ts') ? '../../../lib/storage/embedded/' : './storage/embedded/';
  return new URL(`${name}.js`, directory ?? new URL(folder, import.meta.url));
}
