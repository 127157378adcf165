import { prepareCanvas, readColour } from '../../components/canvas-colours.ts';
import { formatMicros } from '../../model/durations.ts';
import type { InstantFormat } from '../../model/instants.ts';
import type { ScatterLayout, ScatterPoint, ScatterSize } from '../../model/scatter.ts';

interface ScatterPicture extends ScatterSize {
  readonly pointed: string | undefined;
  readonly instants: InstantFormat;
}

export function drawScatter(canvas: HTMLCanvasElement, layout: ScatterLayout, picture: ScatterPicture): void {
  const context = prepareCanvas(canvas, picture.width, picture.height);
  if (context === null) return;
  drawAxes(context, layout, picture);
  context.globalAlpha = 0.75;
  const accent = readColour('--accent');
  const error = readColour('--error');
  for (const point of layout.points) drawPoint(context, point, point.trace.errorCount > 0 ? error : accent);
  context.globalAlpha = 1;
  const pointed = layout.points.find(({ trace }) => trace.traceId === picture.pointed);
  if (pointed === undefined) return;
  context.strokeStyle = readColour('--text');
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(pointed.x, pointed.y, 6, 0, Math.PI * 2);
  context.stroke();
}

/** A dot, or a cross for a trace with errors: the shape says it too. */
function drawPoint(context: CanvasRenderingContext2D, { x, y, trace }: ScatterPoint, colour: string): void {
  context.beginPath();
  if (trace.errorCount > 0) {
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.moveTo(x - 3.5, y - 3.5);
    context.lineTo(x + 3.5, y + 3.5);
    context.moveTo(x + 3.5, y - 3.5);
    context.lineTo(x - 3.5, y + 3.5);
    context.stroke();
  } else {
    context.fillStyle = colour;
    context.arc(x, y, 3, 0, Math.PI * 2);
    context.fill();
  }
}

function drawAxes(context: CanvasRenderingContext2D, layout: ScatterLayout, picture: ScatterPicture): void {
  const { width, height, padding, instants } = picture;
  context.font = `11px ${getComputedStyle(context.canvas).fontFamily}`;
  context.fillStyle = readColour('--text-muted');
  context.strokeStyle = readColour('--line');
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { y, micros } of everyFitting(layout.durationTicks)) {
    const line = Math.round(y) + 0.5;
    context.beginPath();
    context.moveTo(padding.left, line);
    context.lineTo(width - padding.right + 8, line);
    context.stroke();
    context.fillText(roundDuration(micros), padding.left - 8, y);
  }
  context.textBaseline = 'alphabetic';
  context.textAlign = 'left';
  context.fillText(instants.short(layout.fromMicros), padding.left, height - 6);
  context.textAlign = 'right';
  context.fillText(instants.short(layout.toMicros), width - padding.right + 8, height - 6);
}

/** Drops ticks until labels are at least 16 pixels apart. */
function everyFitting(ticks: ScatterLayout['durationTicks']): ScatterLayout['durationTicks'] {
  const [first, second] = ticks;
  const distance = Math.abs((first?.y ?? 0) - (second?.y ?? 100));
  const step = Math.max(1, Math.ceil(16 / distance));
  return ticks.filter((_, index) => index % step === 0);
}

/** Decades are exact and stay decades: `10 ms`, not `10.0 ms`; `100 s`, not `1 min 40 s`. */
function roundDuration(micros: number): string {
  if (micros >= 60e6) return `${micros / 1e6}\u202fs`;
  return formatMicros(micros).replace(/\.0+(?=\D)/, '');
}
