import { fileURLToPath } from 'node:url';

export const assetsDirectory = fileURLToPath(new URL('./dist/', import.meta.url));
