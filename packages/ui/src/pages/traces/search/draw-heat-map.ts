import { prepareCanvas, readColour } from '../../../components/canvas-colours.ts';
import { formatDuration } from '../../../model/durations.ts';
import { cellBox, durationMarks } from '../../../model/heat-map.ts';
import type { CellRange, HeatGrid, HeatSize } from '../../../model/heat-map.ts';
import type { InstantFormat } from '../../../model/instants.ts';

interface HeatPicture extends HeatSize {
  readonly instants: InstantFormat;
  /** What is chosen, or is being chosen. */
  readonly selected: CellRange | undefined;
  /** The cell that the keyboard is at. */
  readonly cursor: CellRange | undefined;
  /** Where the row under the pointer stands. */
  readonly pointed: { readonly column: number; readonly bucket: number } | undefined;
  /** Older than this was not counted. */
  readonly countedFromColumn: number;
}

export function drawHeatMap(canvas: HTMLCanvasElement, grid: HeatGrid, picture: HeatPicture): void {
  const context = prepareCanvas(canvas, picture.width, picture.height);
  if (context === null) return;
  drawAxes(context, grid, picture);
  drawUncounted(context, grid, picture);
  drawCells(context, grid, picture);
  const { selected, cursor, pointed } = picture;
  if (selected !== undefined) outline(context, grid, picture, selected, readColour('--text'), 1.5);
  if (cursor !== undefined) outline(context, grid, picture, cursor, readColour('--accent'), 2);
  if (pointed !== undefined) {
    const { column, bucket } = pointed;
    const range = { fromColumn: column, toColumn: column, fromBucket: bucket, toBucket: bucket };
    outline(context, grid, picture, range, readColour('--text'), 1.5);
  }
}

/** The more traces, the stronger; a cell with failed ones has a mark at its left, as high as their share. */
function drawCells(context: CanvasRenderingContext2D, grid: HeatGrid, picture: HeatPicture): void {
  const accent = readColour('--accent');
  const error = readColour('--error');
  const scale = Math.log2(grid.mostCount + 1);
  for (const { column, bucket, count, errors } of grid.cells) {
    const range = { fromColumn: column, toColumn: column, fromBucket: bucket, toBucket: bucket };
    const { x, y, width, height } = cellBox(grid, picture, range);
    context.fillStyle = accent;
    context.globalAlpha = 0.25 + 0.75 * (Math.log2(count + 1) / scale);
    context.fillRect(x + 0.5, y + 0.5, Math.max(1, width - 1), Math.max(1, height - 1));
    context.globalAlpha = 1;
    if (errors === 0) continue;
    const high = Math.max(2, (height - 1) * (errors / count));
    context.fillStyle = error;
    context.fillRect(x + 0.5, y + height - 0.5 - high, Math.max(2, Math.min(5, width / 3)), high);
  }
}

function drawUncounted(context: CanvasRenderingContext2D, grid: HeatGrid, picture: HeatPicture): void {
  const { countedFromColumn } = picture;
  if (countedFromColumn <= 0) return;
  const toColumn = countedFromColumn - 1;
  const range = { fromColumn: 0, toColumn, fromBucket: grid.firstBucket, toBucket: grid.lastBucket };
  const { x, y, width, height } = cellBox(grid, picture, range);
  context.fillStyle = readColour('--surface-sunken');
  context.fillRect(x, y, width, height);
  context.strokeStyle = readColour('--line-strong');
  context.lineWidth = 1;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.beginPath();
  for (let at = x - height; at < x + width; at += 8) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
}

function outline(
  context: CanvasRenderingContext2D,
  grid: HeatGrid,
  picture: HeatPicture,
  range: CellRange,
  colour: string,
  lineWidth: number,
): void {
  const { x, y, width, height } = cellBox(grid, picture, range);
  context.strokeStyle = colour;
  context.lineWidth = lineWidth;
  context.strokeRect(x, y, width, height);
}

function drawAxes(context: CanvasRenderingContext2D, grid: HeatGrid, picture: HeatPicture): void {
  const { width, height, padding, instants } = picture;
  const inner = height - padding.top - padding.bottom;
  context.font = `11px ${getComputedStyle(context.canvas).fontFamily}`;
  context.fillStyle = readColour('--text-muted');
  context.strokeStyle = readColour('--line');
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { nanos, place } of durationMarks(grid)) {
    const y = padding.top + inner * (1 - place);
    context.beginPath();
    context.moveTo(padding.left, Math.round(y) + 0.5);
    context.lineTo(width - padding.right, Math.round(y) + 0.5);
    context.stroke();
    context.fillText(roundDuration(nanos), padding.left - 8, y);
  }
  context.textBaseline = 'alphabetic';
  context.textAlign = 'left';
  context.fillText(instants.short(grid.startMicros), padding.left, height - 6);
  context.textAlign = 'right';
  context.fillText(instants.short(grid.endMicros), width - padding.right, height - 6);
}

/** Decades are exact and stay decades: `10 ms`, not `10.0 ms`; `100 s`, not `1 min 40 s`. */
function roundDuration(nanos: number): string {
  if (nanos >= 60e9) return `${nanos / 1e9}\u202fs`;
  return formatDuration(nanos).replace(/\.0+(?=\D)/, '');
}
