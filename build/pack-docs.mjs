// Makes the links of a package's README work in its tarball, and on the page of a registry that shows it: the pages of
// docs/ that it links to go along, in docs/ of the package, and links to what is not in the tarball become their text.
// npm runs it in the package's folder, before packing and after it:
//
//   node ../../build/pack-docs.mjs             rewrites README.md, and writes docs/
//   node ../../build/pack-docs.mjs --restore   brings README.md back, and removes docs/
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const link = /(?<!!)\[((?:\\.|[^\]\\])*)\]\(([^)\s]+)\)/g;
const folder = process.cwd();
const docs = path.join(folder, '../../docs');
const readme = path.join(folder, 'README.md');
const kept = path.join(folder, 'node_modules/.cache/README.md');

restore();
if (!process.argv.includes('--restore')) prepare();

function prepare() {
  const text = readFileSync(readme, 'utf8');
  const pages = new Set(targetsOf(text, folder).filter((file) => path.dirname(file) === docs && file.endsWith('.md')));
  mkdirSync(path.dirname(kept), { recursive: true });
  writeFileSync(kept, text);
  writeFileSync(readme, rewritten(readme, readme, pages));
  for (const page of pages) {
    const copy = path.join(folder, 'docs', path.basename(page));
    mkdirSync(path.dirname(copy), { recursive: true });
    writeFileSync(copy, rewritten(page, copy, pages));
  }
}

function restore() {
  rmSync(path.join(folder, 'docs'), { recursive: true, force: true });
  if (!existsSync(kept)) return;
  writeFileSync(readme, readFileSync(kept));
  rmSync(kept);
}

/** The text of a page as it stands in the tarball. */
function rewritten(page, copy, pages) {
  return readFileSync(page, 'utf8').replaceAll(link, (whole, label, target) => {
    if (isElsewhere(target)) return whole;
    const [file, ...fragment] = target.split('#');
    const source = path.resolve(path.dirname(page), file);
    if (!pages.has(source)) return label;
    const packed = path.join(folder, 'docs', path.basename(source));
    return `[${label}](${[path.relative(path.dirname(copy), packed).replaceAll(path.sep, '/'), ...fragment].join('#')})`;
  });
}

function targetsOf(text, from) {
  return [...text.matchAll(link)]
    .map(([, , target]) => target)
    .filter((target) => !isElsewhere(target))
    .map((target) => path.resolve(from, target.split('#')[0]));
}

/** On the web, or further down the same page. */
function isElsewhere(target) {
  return /^[a-z]+:/.test(target) || target.startsWith('#');
}
