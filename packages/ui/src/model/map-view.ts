import type { MapLayout } from './map-layout.ts';

/** How a map is seen: a place at `x` on it is drawn at `left + x * scale`. */
export interface MapView {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Larger than life helps nobody; smaller than this nothing is told apart. */
const [leastScale, mostScale] = [0.05, 3];
/** Names and figures can be read from here on. */
export const readableScale = 0.7;
const largestFit = 1.2;
/** Around all nodes: names are wider than marks, and there is a line of text at the bottom. */
const [marginAcross, marginTop, marginBottom] = [24, 12, 56];

/** All of the map in the window. */
export function fitView(layout: Size, window: Size): MapView {
  const width = Math.max(1, window.width - 2 * marginAcross);
  const height = Math.max(1, window.height - marginTop - marginBottom);
  const scale = Math.min(largestFit, width / layout.width, height / layout.height);
  return {
    scale,
    left: marginAcross + (width - layout.width * scale) / 2,
    top: marginTop + (height - layout.height * scale) / 2,
  };
}

/** A node in the middle, at a size that can be read; all of the map where there is room for that. */
export function readableView(layout: MapLayout, window: Size, node: number): MapView {
  const whole = fitView(layout, window);
  if (whole.scale >= readableScale) return whole;
  const scale = readableScale;
  return {
    scale,
    left: window.width / 2 - layout.x[node]! * scale,
    top: window.height / 2 - layout.y[node]! * scale,
  };
}

/** Nearer by `factor`, or farther; what is under the point stays there. */
export function zoomAbout(view: MapView, factor: number, x: number, y: number): MapView {
  const scale = Math.max(leastScale, Math.min(mostScale, view.scale * factor));
  const by = scale / view.scale;
  return { scale, left: x - (x - view.left) * by, top: y - (y - view.top) * by };
}

/** Moved by so many pixels. */
export function pannedBy(view: MapView, x: number, y: number): MapView {
  return { ...view, left: view.left + x, top: view.top + y };
}

/** Moved as little as brings a node into the window, with room around it. */
export function revealed(view: MapView, layout: MapLayout, window: Size, node: number): MapView {
  const [marginX, marginY] = [Math.min(80, window.width / 4), Math.min(60, window.height / 4)];
  const [x, y] = [view.left + layout.x[node]! * view.scale, view.top + layout.y[node]! * view.scale];
  return pannedBy(
    view,
    Math.max(marginX, Math.min(window.width - marginX, x)) - x,
    Math.max(marginY, Math.min(window.height - marginY, y)) - y,
  );
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The nearest node that way, or the node itself at the border. What lies straight ahead is nearer than what lies aside. */
export function nodeThatWay({ x, y }: MapLayout, node: number, direction: Direction): number {
  const across = direction === 'left' || direction === 'right';
  const forward = direction === 'left' || direction === 'up' ? -1 : 1;
  let best = node;
  let least = Infinity;
  for (let other = 0; other < x.length; other++) {
    const [right, down] = [x[other]! - x[node]!, y[other]! - y[node]!];
    const ahead = (across ? right : down) * forward;
    if (ahead <= 0) continue;
    const distance = ahead + 2 * Math.abs(across ? down : right);
    if (distance >= least) continue;
    least = distance;
    best = other;
  }
  return best;
}
