export interface Indent {
  readonly pixels: number;
  /** How far guides are drawn: where every level has its own. */
  readonly guidePixels: number;
}

/** One level of the tree in pixels. */
const step = 12;
/** Names keep at least half of their column. */
const mostShare = 0.5;
/** In a tree too deep for that, this part of the room shows its first levels as they are. */
const plainShare = 0.6;

/**
 * How far a row is indented. When the tree is too deep for its column, the levels far down share the room that is left.
 */
export function indentOf(depth: number, maxDepth: number, columnPixels: number): Indent {
  const room = Math.max(0, Math.floor((columnPixels * mostShare) / step)) * step;
  if (maxDepth * step <= room) return { pixels: depth * step, guidePixels: depth * step };
  const plainLevels = Math.floor((room * plainShare) / step);
  if (depth <= plainLevels) return { pixels: depth * step, guidePixels: depth * step };
  const rest = (room - plainLevels * step) / Math.max(1, maxDepth - plainLevels);
  return { pixels: Math.round(plainLevels * step + (depth - plainLevels) * rest), guidePixels: plainLevels * step };
}
