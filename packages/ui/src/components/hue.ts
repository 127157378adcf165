import type { CSSProperties } from 'react';
import { hueProperty } from '../model/service-colours.ts';

/** Sets `--hue` to the colour of a service; style sheets paint with `var(--hue)`. */
export function hueStyle(hue: number, more: CSSProperties = {}): CSSProperties {
  return { ...more, ['--hue' as never]: `var(${hueProperty(hue)})` };
}
