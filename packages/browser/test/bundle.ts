import { rolldown } from 'rolldown';

/**
 * Code for a page from the sources, as a bundler makes it: minified, with what nobody asks for left out.
 *
 * @param keepsEffects whether modules count as having side effects, as where no package.json says otherwise
 */
export async function bundle(code: string, format: 'esm' | 'iife' = 'esm', keepsEffects = false): Promise<string> {
  const entry = {
    name: 'entry',
    resolveId: (id: string) => (id === 'entry' ? id : null),
    load: (id: string) => (id === 'entry' ? code : null),
  };
  const build = await rolldown({
    input: 'entry',
    platform: 'browser',
    plugins: [entry],
    resolve: { conditionNames: ['@spanwise/source', 'module', 'browser', 'import'] },
    treeshake: { moduleSideEffects: (id: string) => keepsEffects || id === 'entry' || /script\.ts$|zone\.js/.test(id) },
  });
  const { output } = await build.generate({ format, minify: true });
  await build.close();
  return output[0].code;
}
