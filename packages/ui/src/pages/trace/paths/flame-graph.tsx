import { useEffect, useMemo, useRef, useState } from 'react';
import type { MouseEvent, PointerEvent, ReactNode } from 'react';
import { useThemeRevision } from '../../../components/canvas-colours.ts';
import { narrow, useMedia } from '../../../components/use-media.ts';
import { useRowWindow } from '../../../components/use-row-window.ts';
import { useSize } from '../../../components/use-size.ts';
import { flameBoxes, flameLayout, flameNodeAt } from '../../../model/flame-layout.ts';
import type { FlameBox } from '../../../model/flame-layout.ts';
import type { NodeMove } from '../../../model/path-tree.ts';
import { pathsWords } from '../../../words/en/paths.ts';
import { traceWords } from '../../../words/en/trace.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import type { TabProps } from '../lazy-parts.tsx';
import { useTabKeys } from '../tab-keys.ts';
import { drawFlame } from './draw-flame.ts';
import { PathLine } from './path-line.tsx';
import { tableKeys } from './path-keys.ts';
import { PathTable } from './path-table.tsx';
import styles from './paths.module.css';
import { usePaths } from './use-path-tree.ts';
import type { Paths } from './use-path-tree.ts';

const [deskRow, phoneRow] = [22, 34];

/** Where the work was: paths from the top down, as wide as their own time and that of all under them. */
export function FlameGraph({ trace, tabKeys }: TabProps): ReactNode {
  const traceText = useSection('trace', traceWords);
  const own = useSection('paths', pathsWords);
  const paths = usePaths(trace);
  const [pointed, setPointed] = useState(-1);
  const { view, update } = trace;
  const zoomTo = (node: number): void => {
    const index = node === -1 ? -1 : (paths.tree.longest[node] ?? -1);
    update((held) => ({ ...held, path: index }));
  };
  useTabKeys(tabKeys, (key) => {
    if (key === 't') return () => update((held) => ({ ...held, asTable: !held.asTable }));
    return view.asTable ? tableKeys(paths, key) : flameKeys(paths, zoomTo, key);
  });
  const shown = pointed !== -1 && pointed < paths.tree.size ? pointed : paths.selected;
  return (
    <div className={styles.view}>
      <PathLine trace={trace} paths={paths} node={view.asTable ? paths.selected : shown} hint={own.flameHint} />
      {view.asTable ? (
        <PathTable trace={trace} paths={paths} label={traceText.tabName('flame')} />
      ) : (
        <FlamePicture
          trace={trace}
          paths={paths}
          pointed={pointed}
          onPoint={setPointed}
          onChoose={(node) => {
            paths.select(node);
            zoomTo(node);
          }}
        />
      )}
    </div>
  );
}

const flameMoves: Readonly<Record<string, NodeMove>> = {
  ArrowUp: 'parent',
  k: 'parent',
  ArrowDown: 'child',
  j: 'child',
  ArrowLeft: 'previous',
  ArrowRight: 'next',
};

function flameKeys(paths: Paths, zoomTo: (node: number) => void, key: string): (() => void) | undefined {
  const move = flameMoves[key];
  if (move !== undefined) return () => paths.move(move);
  if (key === 'Enter' && paths.selected !== -1) return () => zoomTo(paths.selected);
  if ((key === 'Escape' || key === '0') && paths.zoomed !== -1) return () => zoomTo(-1);
  return undefined;
}

interface FlamePictureProps extends Pick<TabProps, 'trace'> {
  readonly paths: Paths;
  readonly pointed: number;
  readonly onPoint: (node: number) => void;
  readonly onChoose: (node: number) => void;
}

function FlamePicture({ trace, paths, pointed, onPoint, onChoose }: FlamePictureProps): ReactNode {
  const { words, count } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const own = useSection('paths', pathsWords);
  const { model } = trace;
  const { tree, selected, zoomed, matched } = paths;
  const rowHeight = useMedia(narrow) ? phoneRow : deskRow;
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [box, { width }] = useSize();
  const revision = useThemeRevision();
  const [{ spacer, first, end, shift }, scrollTo] = useRowWindow(scroller, tree.maxDepth, rowHeight);
  const layout = useMemo(() => flameLayout(tree), [tree]);
  const boxes = useMemo(
    () => flameBoxes(tree, layout, zoomed, Math.floor(width), first, end),
    [tree, layout, zoomed, width, first, end],
  );
  useEffect(() => {
    if (canvas.current === null) return;
    const picture = { model, tree, boxes, matched, width: Math.floor(width), firstLevel: first, levels: end - first };
    drawFlame(canvas.current, { ...picture, rowHeight, unnamed: words.unnamedOperation });
  }, [model, tree, boxes, matched, width, first, end, rowHeight, words, revision]);
  useEffect(() => {
    if (selected !== -1) scrollTo(tree.depth[selected]!, 'nearest');
  }, [selected, tree, scrollTo]);
  const nodeAt = (event: MouseEvent | PointerEvent<HTMLElement>): number => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return flameNodeAt(boxes, tree.depth, event.clientX - left, first + Math.floor((event.clientY - top) / rowHeight));
  };
  const top = shift + first * rowHeight;
  return (
    <div ref={scroller} className={styles.scroller} tabIndex={0} role="group" aria-label={traceText.tabName('flame')}>
      <div ref={box} style={{ height: spacer }}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={own.flameLabel(count(tree.size))}
          style={{ width: Math.floor(width), height: (end - first) * rowHeight, transform: `translateY(${top}px)` }}
          onPointerMove={(event) => onPoint(nodeAt(event))}
          onPointerLeave={() => onPoint(-1)}
          onClick={(event) => {
            const node = nodeAt(event);
            if (node !== -1) onChoose(node);
          }}
        />
        {[selected, pointed].map((node, at) => (
          <Outline
            key={at}
            box={boxes.find((one) => one.node === node)}
            top={top + ((tree.depth[node] ?? 0) - first) * rowHeight}
            height={rowHeight}
            pointed={at === 1}
          />
        ))}
      </div>
    </div>
  );
}

interface OutlineProps {
  readonly box: FlameBox | undefined;
  readonly top: number;
  readonly height: number;
  readonly pointed: boolean;
}

function Outline({ box, top, height, pointed }: OutlineProps): ReactNode {
  if (box === undefined) return null;
  const place = { transform: `translate(${box.x}px, ${top}px)`, width: Math.max(3, box.width), height };
  return <span className={styles.outline} data-pointed={pointed || undefined} style={place} />;
}
