import type { TraceModel } from './trace-model.ts';

/** A picture of the trace in few cells: 0 is empty, otherwise 1 + the position of the service. */
export interface MinimapCells {
  readonly width: number;
  readonly lanes: number;
  readonly cells: Uint16Array;
  /** 1 for each column in which a failed span starts. */
  readonly errors: Uint8Array;
}

/**
 * Draws every span into a grid of at most `height` lanes in the order of the rows. Work and memory depend on the
 * pixels: spans that share a lane paint over each other, the later (deeper) one last.
 */
export function minimapCells(model: TraceModel, width: number, height: number): MinimapCells {
  const { tree, totalNanos, count } = model;
  const lanes = Math.max(1, Math.min(height, count));
  const cells = new Uint16Array(width * lanes);
  const errors = new Uint8Array(width);
  const scale = width / totalNanos;
  for (let place = 0; place < count; place++) {
    const index = tree.order[place]!;
    const row = Math.floor((place * lanes) / count) * width;
    const left = Math.min(width - 1, Math.floor(tree.startOffsetNanos[index]! * scale));
    const right = Math.min(width, Math.max(left + 1, Math.ceil(tree.endOffsetNanos[index]! * scale)));
    cells.fill(model.serviceOf[index]! + 1, row + left, row + right);
    if (model.error[index] === 1) errors[left] = 1;
  }
  return { width, lanes, cells, errors };
}
