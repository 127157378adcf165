import type { KeyRow } from '../../components/key-help.tsx';
import type { Direction } from '../../model/map-view.ts';
import type { MapWords } from '../../words/en/map.ts';
import type { Words } from '../../words/en.ts';

/** Keys that go from node to node. */
export const moveKeys: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** Keys that move the map, by which part of the window across and down. */
export const panKeys: Readonly<Record<string, readonly [number, number]>> = {
  a: [0.2, 0],
  d: [-0.2, 0],
  w: [0, 0.2],
  s: [0, -0.2],
};

export const zoomKeys: Readonly<Record<string, number>> = { '+': 1.3, '=': 1.3, '-': 1 / 1.3, _: 1 / 1.3 };

/** The keys of the map, for the list of them. */
export function mapKeyRows(words: Words, own: MapWords): KeyRow[] {
  return [
    ['← ↑ ↓ →', own.keyMove],
    ['Enter', own.keyFocus],
    ['Esc', own.keyBack],
    ['/', own.keyFind],
    ['+ − 0', own.keyZoom],
    ['w a s d', own.keyPan],
    ['t', own.keyTable],
    ['?', words.keyHelpKey],
  ];
}
