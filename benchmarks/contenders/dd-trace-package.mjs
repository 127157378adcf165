import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** dd-trace 6 where it runs, else 5: two lines of one source, released together. */
export const ddTrace = Number(process.versions.node.split('.')[0]) >= 22 ? 'dd-trace-6' : 'dd-trace';

export const versions = { 'dd-trace': require(`${ddTrace}/package.json`).version };
