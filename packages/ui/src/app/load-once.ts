/** The code of a view could not be had: the collector that serves the page is gone, or serves another version of it. */
export class ViewUnavailableError extends Error {
  constructor(cause: unknown) {
    super('The code of this view could not be loaded', { cause });
    this.name = 'ViewUnavailableError';
  }
}

/**
 * Loads the code of a view at most once. A failure is kept: browsers remember a failed import, and a style sheet that
 * failed is not asked for again, so only loading the whole page anew gives a sound view.
 */
export function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => (loading ??= load().catch((error: unknown) => Promise.reject(new ViewUnavailableError(error))));
}
