/** Rows of one height in a scrolled box. All numbers are pixels unless they count rows. */
export interface RowBox {
  readonly count: number;
  readonly rowHeight: number;
  readonly scrollTop: number;
  readonly viewport: number;
}

/** Which rows are drawn, and where. */
export interface RowWindow {
  /** Height of the element that gives the scroll bar its length. */
  readonly spacer: number;
  readonly first: number;
  /** The first row that is not drawn any more. */
  readonly end: number;
  /** Added to `row * rowHeight` gives the top of a row inside the spacer. */
  readonly shift: number;
}

/** Browsers cap the height of an element: Firefox at 17.8 million pixels, Chromium at 33.5 million. */
export const tallestSpacer = 15_000_000;

/** Rows drawn above and below what is seen, so that a fast scroll shows no gap. */
const overscan = 12;

/**
 * The rows to draw for a scroll position. When all rows together are taller than an element can be, the scroll bar
 * covers them at a scale: one pixel of scrolling moves the rows by more than one.
 */
export function rowWindow({ count, rowHeight, scrollTop, viewport }: RowBox): RowWindow {
  const total = count * rowHeight;
  const spacer = Math.min(total, tallestSpacer);
  const offset = scrollTop * scaleOf(total, spacer, viewport);
  const first = Math.max(0, Math.floor(offset / rowHeight) - overscan);
  const end = Math.min(count, Math.ceil((offset + viewport) / rowHeight) + overscan);
  return { spacer, first: Math.min(first, end), end, shift: scrollTop - offset };
}

/** Where to scroll so that a row is seen: no further than needed, or to the middle. */
export function scrollTopFor(box: RowBox, row: number, align: 'nearest' | 'center'): number {
  const { count, rowHeight, scrollTop, viewport } = box;
  const total = count * rowHeight;
  const scale = scaleOf(total, Math.min(total, tallestSpacer), viewport);
  const top = row * rowHeight;
  const offset = scrollTop * scale;
  let wanted = offset;
  if (align === 'center') wanted = top - (viewport - rowHeight) / 2;
  else if (top < offset) wanted = top;
  else if (top + rowHeight > offset + viewport) wanted = top + rowHeight - viewport;
  return Math.max(0, Math.min(total - viewport, wanted)) / scale;
}

function scaleOf(total: number, spacer: number, viewport: number): number {
  return spacer > viewport ? (total - viewport) / (spacer - viewport) : 1;
}
