/** Code points that a terminal draws two columns wide: Unicode's East Asian Wide and Fullwidth, and emoji. */
const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
];

/** Combining marks, joiners and direction marks take no column of their own. */
const invisible = /^[\p{Mark}\p{Cf}]$/u;

/**
 * Columns that the text takes in a terminal: two for a Chinese character. Escape sequences are not understood: measure before
 * colouring, and what `printable` left.
 */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** Cuts or pads the text to exactly `width` columns; what is cut out of its middle is marked by `…`. */
export function fitTo(text: string, width: number): string {
  const short = shortenMiddle(text, width);
  return short + ' '.repeat(Math.max(0, width - displayWidth(short)));
}

/** The text in at most `width` (≥ 1) columns. Beginning and end stay, because names differ at both. */
export function shortenMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const head = takeColumns(text.match(cells) ?? [], Math.ceil((width - 1) / 2));
  const tail = takeColumns((text.match(cells) ?? []).reverse(), width - 1 - displayWidth(head.join('')));
  return `${head.join('')}…${tail.reverse().join('')}`;
}

/** A character with the marks that sit on it, which must not be torn off. */
const cells = /[^\p{Mark}\p{Cf}]?[\p{Mark}\p{Cf}]*/gu;

function takeColumns(characters: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let left = width;
  for (const character of characters) {
    left -= displayWidth(character);
    if (left < 0) break;
    taken.push(character);
  }
  return taken;
}

function widthOf(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (wideRanges.some(([from, to]) => code >= from && code <= to)) return 2;
  return invisible.test(character) ? 0 : 1;
}
