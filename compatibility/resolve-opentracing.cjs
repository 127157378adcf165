// For `node --require`: whoever asks for `opentracing` or for a module inside it, dependents included, gets the one that
// the environment variable OPENTRACING names: `npm` or `this`. Both are resolved by Node itself, so that `exports` counts.
const Module = require('node:module');
const path = require('node:path');

const root = path.join(__dirname, '..');
const packages = {
  npm: { name: 'opentracing', from: path.join(__dirname, 'package.json') },
  this: { name: '@spanwise/opentracing', from: path.join(root, 'packages/opentracing/package.json') },
};
const chosen = packages[process.env.OPENTRACING];
if (chosen === undefined) throw new Error(`OPENTRACING must be npm or this: was ${process.env.OPENTRACING}`);

const resolve = Module._resolveFilename;
// Looked up where the package is, not where the caller is: a package finds itself by its own name.
const parent = new Module(chosen.from);
parent.filename = chosen.from;
parent.paths = Module._nodeModulePaths(path.dirname(chosen.from));

const askedBy = new Set();
Module._resolveFilename = function (request, caller, ...rest) {
  if (request !== 'opentracing' && !request.startsWith('opentracing/')) {
    return resolve.call(this, request, caller, ...rest);
  }
  if (caller?.filename) askedBy.add(path.relative(root, caller.filename));
  return resolve.call(this, chosen.name + request.slice('opentracing'.length), parent);
};

// What was loaded in the end, whatever was asked for.
process.on('exit', () => {
  const files = Object.keys(require.cache).map((file) => path.relative(root, file));
  const loaded = {
    npm: files.filter((file) => /node_modules\/opentracing\//.test(file)),
    this: files.filter((file) => file.startsWith('packages/opentracing/')),
    askedBy: [...askedBy],
  };
  process.stderr.write(`loaded: ${JSON.stringify(loaded)}\n`);
});
