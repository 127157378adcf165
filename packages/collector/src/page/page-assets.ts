import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** A file of the built page. */
export interface PageAsset {
  /** From the root of the page, with a leading slash. */
  readonly url: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** In quotes, as it stands in `ETag`. */
  readonly etag: string;
  /** The name carries a hash of the content, so it never changes. */
  readonly immutable: boolean;
}

/**
 * Reads the built page into memory: it is small, and what is not in the list cannot be asked for, whatever dots a path
 * holds. A folder that does not exist gives an empty list.
 */
export function loadPageAssets(directory: string): PageAsset[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => loadAsset(directory, path.join(entry.parentPath ?? entry.path, entry.name)));
}

function loadAsset(directory: string, file: string): PageAsset {
  const bytes = readFileSync(file);
  return {
    url: `/${path.relative(directory, file).split(path.sep).join('/')}`,
    mediaType: mediaTypes[path.extname(file)] ?? 'application/octet-stream',
    bytes,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    immutable: /-[\w-]{8}\.\w+$/.test(path.basename(file)),
  };
}
