import { prepareCanvas, readColour } from '../../../components/canvas-colours.ts';
import type { FlameBox } from '../../../model/flame-layout.ts';
import type { PathTree } from '../../../model/path-tree.ts';
import { hueProperty } from '../../../model/service-colours.ts';
import type { TraceModel } from '../../../model/trace-model.ts';

/** What is drawn and how large it is, in CSS pixels. */
export interface FlamePicture {
  readonly model: TraceModel;
  readonly tree: PathTree;
  readonly boxes: readonly FlameBox[];
  readonly matched: Uint8Array | undefined;
  readonly width: number;
  readonly firstLevel: number;
  readonly levels: number;
  readonly rowHeight: number;
  readonly unnamed: string;
}

/** Narrower boxes have no name. */
const nameWidth = 28;

/** Paints the boxes: their service as a tint with a solid edge, names, failures as a mark; what is not found is faint. */
export function drawFlame(canvas: HTMLCanvasElement, picture: FlamePicture): void {
  const { model, width, levels, rowHeight } = picture;
  const context = prepareCanvas(canvas, width, levels * rowHeight);
  if (context === null) return;
  const colours = {
    services: model.services.map(({ hue }) => readColour(hueProperty(hue))),
    text: readColour('--text'),
    muted: readColour('--text-muted'),
    error: readColour('--error'),
    surface: readColour('--surface'),
  };
  context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  context.textBaseline = 'middle';
  for (const box of picture.boxes) drawBox(context, picture, box, colours);
}

interface FlameColours {
  readonly services: readonly string[];
  readonly text: string;
  readonly muted: string;
  readonly error: string;
  readonly surface: string;
}

function drawBox(
  context: CanvasRenderingContext2D,
  { model, tree, matched, firstLevel, rowHeight, unnamed }: FlamePicture,
  { node, x, width, above }: FlameBox,
  colours: FlameColours,
): void {
  const index = tree.longest[node]!;
  const y = (tree.depth[node]! - firstLevel) * rowHeight;
  const [inner, height] = [Math.max(0.5, width - 1), rowHeight - 1];
  const faint = above || (matched !== undefined && matched[node] === 0);
  context.fillStyle = colours.services[model.serviceOf[index]!] ?? '';
  context.globalAlpha = faint ? 0.13 : 0.38;
  context.fillRect(x, y, inner, height);
  context.globalAlpha = faint ? 0.4 : 1;
  context.fillRect(x, y, Math.min(inner, 3), height);
  context.globalAlpha = 1;
  const failed = tree.errorCount[node]! > 0;
  if (failed) drawFailure(context, x, y, inner, height, colours);
  if (inner < nameWidth) return;
  const { name, resource } = model.tree.spans[index]!;
  const times = tree.count[node]! > 1 ? `  × ${tree.count[node]}` : '';
  context.save();
  context.beginPath();
  context.rect(x, y, inner - (failed ? 17 : 3), height);
  context.clip();
  context.fillStyle = faint ? colours.muted : colours.text;
  context.fillText(`${resource.serviceName} ${name || unnamed}${times}`, x + 7, y + height / 2 + 0.5);
  context.restore();
}

/** A mark at the right end, or a line under what is too narrow for it. */
function drawFailure(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  { error, surface }: FlameColours,
): void {
  context.fillStyle = error;
  if (width < nameWidth) {
    context.fillRect(x, y + height - 2, width, 2);
    return;
  }
  const [centreX, centreY] = [x + width - 9, y + height / 2];
  context.beginPath();
  context.arc(centreX, centreY, 6, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = surface;
  context.fillRect(centreX - 0.75, centreY - 3.5, 1.5, 4.5);
  context.fillRect(centreX - 0.75, centreY + 2, 1.5, 1.5);
}
