import { beforeAll } from 'vitest';

import { spanStoreConformance } from '../span-store.conformance.ts';
import { buildWorkers, openSmallStore, temporaryDirectory } from './opened-store.fixture.ts';

beforeAll(buildWorkers);

spanStoreConformance('EmbeddedSpanStore, all in memory,', async () => {
  const directory = temporaryDirectory();
  const store = await openSmallStore(directory.path, { segmentRows: 125_000, rowsPerBlock: 8192 });
  return { store, remove: () => store.close().then(directory.remove) };
});

spanStoreConformance('EmbeddedSpanStore, every body a segment,', async () => {
  const directory = temporaryDirectory();
  const store = await openSmallStore(directory.path, { segmentRows: 1, rowsPerBlock: 1 });
  return { store, remove: () => store.close().then(directory.remove) };
});
