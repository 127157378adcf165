// Adds to a lockfile the optional platform packages that npm left out of it, so that `npm ci` accepts it everywhere.
//
// npm writes no entry for an optional dependency that its registry does not serve (mirrors often lack other platforms'
// binaries), and `npm ci` of npm 11 then calls the lockfile out of sync. The version is the one that the parent asks for;
// platform, processor and C library are in the package's name. Run it after `npm install`:
//
//   node build/complete-lockfile.mjs [package-lock.json]
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.argv[2] ?? 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8'));
const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'aix', 'win32'];
const processors = {
  x64: 'x64',
  arm64: 'arm64',
  ia32: 'ia32',
  arm: 'arm',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  loong64: 'loong64',
  wasm32: 'wasm32',
};

let added = 0;
for (const [place, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (nearest(place, name) === version) continue;
    const platform = platformOf(name);
    if (platform === undefined || !/^\d/.test(version)) continue;
    const at =
      lock.packages[`node_modules/${name}`] === undefined ? `node_modules/${name}` : `${place}/node_modules/${name}`;
    lock.packages[at] = { version, ...platform, ...(dev && { dev }), optional: true };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} platform packages added to ${file}`);

/** The version that Node would find: in the package's own folder, then in each folder above. */
function nearest(place, name) {
  const found = [place, ...foldersAbove(place)]
    .map((folder) => lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`])
    .find((entry) => entry !== undefined);
  return found?.version;
}

function foldersAbove(place) {
  const end = place.lastIndexOf('/node_modules/');
  return end < 0 ? [''] : [place.slice(0, end), ...foldersAbove(place.slice(0, end))];
}

function platformOf(name) {
  const words = name.split('/').at(-1).split(/[-.]/);
  const os = systems.find((system) => words.includes(system));
  const cpu = Object.keys(processors).find((processor) =>
    words.some((word) => word === processor || word === `${processor}eabi`),
  );
  if (cpu === undefined) return undefined;
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined;
  return {
    cpu: [processors[cpu]],
    ...(os !== undefined && { os: [os] }),
    ...(libc !== undefined && os === 'linux' && { libc: [libc] }),
  };
}
