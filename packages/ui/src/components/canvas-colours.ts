import { useEffect, useState } from 'react';
import { themeChanged } from '../app/theme.ts';

/** Resolves a token to a colour that a canvas takes. */
export function readColour(token: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

/** A number that changes when canvas drawings must take their colours anew. */
export function useThemeRevision(): number {
  const [revision, setRevision] = useState(0);
  useEffect(() => {
    const changed = (): void => setRevision((held) => held + 1);
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', changed);
    document.addEventListener(themeChanged, changed);
    return () => {
      system.removeEventListener('change', changed);
      document.removeEventListener(themeChanged, changed);
    };
  }, []);
  return revision;
}

/** Sizes a canvas to its box in device pixels and returns a context in CSS pixels, cleared. */
export function prepareCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
