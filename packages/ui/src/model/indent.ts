/** One level of the tree in pixels when there is room. */
const widestStep = 12;
const narrowestStep = 2;
/** Names keep at least half of their column. */
const mostShare = 0.5;

/** How far a row is indented, and how wide a level is: deep trees get narrow levels, then all stop at half the column. */
export function indentOf(depth: number, maxDepth: number, columnPixels: number): { readonly pixels: number; readonly step: number } {
  const room = columnPixels * mostShare;
  const step = Math.max(narrowestStep, Math.min(widestStep, Math.floor(room / Math.max(1, maxDepth))));
  return { pixels: Math.min(depth * step, Math.floor(room)), step };
}
