/** Where the text of a bar stands. */
export interface BarLabel {
  readonly outside: boolean;
  /** There is no room beside the bar. */
  readonly inside: boolean;
  /** An arrow to where the bar is when it is not in the window. */
  readonly before: string;
  readonly after: string;
  readonly style: { readonly left: number } | { readonly right: string };
}

/** Kept free at the right of the strip. */
const besideStrip = 64;

/**
 * Right of the bar, or left of it when there is more room; texts longer than a duration stand on it when there is room
 * on neither side. Bars that fill the strip have room kept beside it.
 */
export function placeLabel(left: number, right: number, width: number, labelPixels: number): BarLabel {
  const label = { outside: false, inside: false, before: '', after: '' };
  if (right < 0) return { ...label, outside: true, before: '‹ ', style: { left: 4 } };
  if (left > width) return { ...label, outside: true, after: ' ›', style: { right: '4px' } };
  const end = Math.min(width, right);
  if (width + besideStrip - end >= labelPixels || (labelPixels <= besideStrip && left < labelPixels)) {
    return { ...label, style: { left: end + 5 } };
  }
  if (left >= labelPixels || labelPixels <= besideStrip) {
    return { ...label, style: { right: `calc(100% - ${Math.min(width, left) - 5}px)` } };
  }
  return { ...label, inside: true, style: { right: `${besideStrip + 4}px` } };
}

/** Runs as boxes of one height, for the `d` of a path. */
export function boxes(runs: readonly number[], top: number, height: number): string {
  let path = '';
  for (let at = 0; at + 1 < runs.length; at += 2) {
    path += `M${round(runs[at]!)} ${top}H${round(runs[at + 1]!)}v${height}H${round(runs[at]!)}z`;
  }
  return path;
}

export function ticks(places: readonly number[], top: number, height: number): string {
  return places.map((x) => `M${round(x)} ${top}v${height}`).join('');
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
