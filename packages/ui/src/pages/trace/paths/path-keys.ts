import type { NodeMove } from '../../../model/path-tree.ts';
import type { Paths } from './use-path-tree.ts';

const tableMoves: Readonly<Record<string, NodeMove>> = {
  ArrowLeft: 'parent',
  ArrowRight: 'child',
  ArrowUp: 'above',
  k: 'above',
  ArrowDown: 'below',
  j: 'below',
};

/** What a key does in a table of paths. */
export function tableKeys(paths: Paths, key: string): (() => void) | undefined {
  const move = tableMoves[key];
  return move === undefined ? undefined : () => paths.move(move);
}
