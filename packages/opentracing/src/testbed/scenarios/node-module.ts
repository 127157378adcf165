/**
 * A module of Node, for scenarios that need one: looked up when they run, so that the others can be loaded where there
 * is no Node.
 */
export function nodeModule(name: string): unknown {
  return process.getBuiltinModule(name);
}
