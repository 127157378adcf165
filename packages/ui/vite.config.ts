import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

/** Every target understands OKLCH and `light-dark()`, so the tokens are shipped as they are written. */
const browsers = ['chrome123', 'edge123', 'firefox120', 'safari17.5'];

const inEveryView =
  /node_modules\/(?!lucide-react)|packages\/ui\/src\/(api\/(?!sums|trace)|app|components\/(?!suggest|key-help)|words\/(en\.|language)|model\/(durations|view-state))|packages\/wire\/src\/(internal\/base64|span-record|attribute-text)/;

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['@spanwise/source', ...defaultClientConditions] },
  build: {
    outDir: 'dist',
    target: browsers,
    cssTarget: browsers,
    // Nothing inline: the page is served under `default-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    // What every view needs is one file: many small ones compress worse. Icons go where they are drawn.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'base', test: inEveryView }] } } },
  },
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:9411' } },
});
