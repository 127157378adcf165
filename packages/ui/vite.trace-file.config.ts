import { defineConfig, mergeConfig } from 'vite';
import type { Plugin, Rolldown } from 'vite';
import page from './vite.config.ts';

/**
 * The page of one trace as a single HTML file: the template that the page fills with a trace when somebody saves one.
 * A file that is opened from a disk can load nothing beside it, so script and styles stand in it.
 */
export default mergeConfig(
  page,
  defineConfig({
    plugins: [intoHtml()],
    build: {
      emptyOutDir: false,
      cssCodeSplit: false,
      rolldownOptions: { input: 'trace-file.html', output: { codeSplitting: false } },
    },
  }),
);

function intoHtml(): Plugin {
  return {
    name: 'into-html',
    enforce: 'post',
    generateBundle(_, bundle) {
      const html = assetOf(bundle, '.html');
      for (const [name, file] of Object.entries(bundle)) {
        if (file === html) continue;
        if (file.type === 'chunk') html.source = withScript(String(html.source), name, file.code);
        else if (name.endsWith('.css')) html.source = withStyle(String(html.source), name, String(file.source));
        else throw new Error(`${name} has no place in a page that is one file`);
        delete bundle[name];
      }
    },
  };
}

function assetOf(bundle: Rolldown.OutputBundle, ending: string): Rolldown.OutputAsset {
  const found = Object.values(bundle).find((file) => file.type === 'asset' && file.fileName.endsWith(ending));
  if (found?.type !== 'asset') throw new Error(`the build made no ${ending}`);
  return found;
}

/** Takes the place of the tag that would load the file. Functions as replacements: the code is full of `$`. */
function withScript(html: string, name: string, code: string): string {
  const safe = code.replaceAll(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '<\\!--');
  // Vite leaves its list of what to load first where nothing is split off.
  const whole = safe.replaceAll('__VITE_PRELOAD__', 'undefined');
  // At the end: what it draws into stands above it.
  return without(html, name, 'script').replace('</body>', () => `<script type="module">${whole}</script>\n</body>`);
}

function withStyle(html: string, name: string, css: string): string {
  return without(html, name, 'link').replace('</head>', () => `<style>${css}</style>\n</head>`);
}

function without(html: string, name: string, tag: 'link' | 'script'): string {
  const end = tag === 'script' ? '></script>' : '>';
  const pattern = new RegExp(`<${tag}[^>]*${name.replaceAll(/[.*+?^$()[\]{}|\\]/g, '\\$&')}[^>]*${end}`);
  if (!pattern.test(html)) throw new Error(`${name} is not in the page`);
  return html.replace(pattern, '');
}
