// Node, Bun and Deno: a plain ESM file that prints one line.
import { runSuite } from '../run-suite.ts';

interface Versions {
  Bun?: { version: string };
  Deno?: { version: { deno: string } };
  process?: { versions: { node: string } };
}

const { Bun, Deno, process } = globalThis as Versions;
// Bun and Deno have a `process` too, and Node's version in it.
const version = Bun?.version ?? Deno?.version.deno ?? process?.versions.node;

console.log(JSON.stringify({ version, ...(await runSuite()) }));
