import { prepareCanvas, readColour } from '../../components/canvas-colours.ts';
import type { MinimapCells } from '../../model/minimap.ts';
import { hueProperty } from '../../model/service-colours.ts';
import type { TraceService } from '../../model/trace-model.ts';

/** A lane of a small trace is no thicker than this. */
const thickest = 4;

/** Paints the cells, runs of one service as one rectangle, and the starts of failed spans as marks at the bottom. */
export function drawMinimap(
  canvas: HTMLCanvasElement,
  map: MinimapCells,
  services: readonly TraceService[],
  height: number,
): void {
  const context = prepareCanvas(canvas, map.width, height);
  if (context === null) return;
  const inner = height - 8;
  const step = Math.min(thickest, inner / map.lanes);
  const top = 2 + (step === thickest ? 2 : 0);
  const colours = services.map(({ hue }) => readColour(hueProperty(hue)));
  for (let lane = 0; lane < map.lanes; lane++) {
    const y = top + lane * step;
    drawLane(context, map, lane, y, Math.max(1, step - (step >= 3 ? 1 : 0)), colours);
  }
  context.fillStyle = readColour('--error');
  for (let x = 0; x < map.width; x++) if (map.errors[x] === 1) context.fillRect(x - 0.5, height - 5, 2, 4);
}

function drawLane(
  context: CanvasRenderingContext2D,
  { width, cells }: MinimapCells,
  lane: number,
  y: number,
  thickness: number,
  colours: readonly string[],
): void {
  const row = lane * width;
  for (let x = 0; x < width;) {
    const cell = cells[row + x]!;
    let end = x + 1;
    while (end < width && cells[row + end] === cell) end++;
    if (cell !== 0) {
      context.fillStyle = colours[cell - 1] ?? '';
      context.fillRect(x, y, end - x, thickness);
    }
    x = end;
  }
}
