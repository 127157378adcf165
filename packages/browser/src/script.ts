/**
 * Tracing by one `<script>`, without a bundler: everything that this package traces, set up by the element's `data-`
 * attributes. Built into one file, `lib/script.min.js`, that sets the global `spanwise` to what `init` gives.
 *
 * ```html
 * <script src="/script.min.js" data-service-name="shop-page" data-url="/v1/traces"></script>
 * ```
 *
 * `data-sample-rate`, `data-propagate-to` (origins with commas between) and `data-ignore-urls` (how addresses begin, with
 * commas between) are optional. What is wrong is told on the console, and nothing is traced.
 *
 * @module
 */
import { instrumentErrors } from './errors.ts';
import { init } from './init.ts';
import { instrumentInteraction } from './interaction.ts';
import { instrumentXhr } from './xhr.ts';

/** A module has no `currentScript`; the element is then the first that names a service. */
const script = document.currentScript ?? document.querySelector('script[data-service-name]');
const {
  serviceName = '',
  url = '',
  sampleRate,
  propagateTo,
  ignoreUrls,
} = (script as HTMLElement | null)?.dataset ?? {};

try {
  (globalThis as { spanwise?: unknown }).spanwise = init({
    serviceName,
    url,
    sampleRate: sampleRate === undefined ? undefined : Number(sampleRate || Number.NaN),
    propagateTo: listOf(propagateTo),
    ignoreUrls: listOf(ignoreUrls),
    instrumentations: [instrumentXhr, instrumentInteraction, instrumentErrors],
  });
} catch (error) {
  console.warn('spanwise: this page is not traced:', error);
}

function listOf(text: string | undefined): string[] | undefined {
  return text?.split(',').flatMap((entry) => entry.trim() || []);
}
