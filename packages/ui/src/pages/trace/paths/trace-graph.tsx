import { CircleAlert } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import type { ReactNode } from 'react';
import { hueStyle } from '../../../components/hue.ts';
import { MiddleName } from '../../../components/middle-name.tsx';
import { narrow, useMedia } from '../../../components/use-media.ts';
import { formatDuration } from '../../../model/durations.ts';
import { graphInView, graphLayout, graphPlace } from '../../../model/graph-layout.ts';
import type { GraphLayout, GraphMeasures, GraphRectangle } from '../../../model/graph-layout.ts';
import { markedNodes } from '../../../model/path-tree.ts';
import type { NodeMove } from '../../../model/path-tree.ts';
import { pathsWords } from '../../../words/en/paths.ts';
import { traceWords } from '../../../words/en/trace.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import type { TabProps } from '../lazy-parts.tsx';
import { useTabKeys } from '../tab-keys.ts';
import { tableKeys } from './path-keys.ts';
import { PathLine } from './path-line.tsx';
import { PathTable } from './path-table.tsx';
import styles from './paths.module.css';
import { usePaths } from './use-path-tree.ts';
import type { Paths } from './use-path-tree.ts';
import { useScrollView } from './use-scroll-view.ts';

const desk: GraphMeasures = { nodeWidth: 216, nodeHeight: 46, columnGap: 56, rowGap: 12 };
const phone: GraphMeasures = { nodeWidth: 168, nodeHeight: 46, columnGap: 32, rowGap: 12 };
/** Around all nodes. */
const padding = 16;

/** Who called whom, by path: levels from left to right, edges as thick as there were calls. */
export function TraceGraph({ trace, tabKeys }: TabProps): ReactNode {
  const traceText = useSection('trace', traceWords);
  const own = useSection('paths', pathsWords);
  const paths = usePaths(trace);
  const { view, update } = trace;
  useTabKeys(tabKeys, (key) => {
    if (key === 't') return () => update((held) => ({ ...held, asTable: !held.asTable }));
    if (view.asTable) return tableKeys(paths, key);
    const move = graphMoves[key];
    return move === undefined ? undefined : () => paths.move(move);
  });
  return (
    <div className={styles.view}>
      <PathLine trace={trace} paths={{ ...paths, zoomed: -1 }} node={paths.selected} hint={own.graphHint} />
      {view.asTable ? (
        <PathTable trace={trace} paths={paths} label={traceText.tabName('graph')} />
      ) : (
        <GraphPicture trace={trace} paths={paths} />
      )}
    </div>
  );
}

const graphMoves: Readonly<Record<string, NodeMove>> = {
  ArrowLeft: 'parent',
  ArrowRight: 'child',
  ArrowUp: 'previous',
  k: 'previous',
  ArrowDown: 'next',
  j: 'next',
};

function GraphPicture({ trace, paths }: { readonly trace: TabProps['trace']; readonly paths: Paths }): ReactNode {
  const { count } = useSpeech();
  const own = useSection('paths', pathsWords);
  const { model } = trace;
  const { tree, selected } = paths;
  const measures = useMedia(narrow) ? phone : desk;
  const layout = useMemo(() => graphLayout(tree), [tree]);
  const scroller = useRef<HTMLDivElement>(null);
  const seen = useScrollView(scroller);
  const view = useMemo(() => ({ ...seen, left: seen.left - padding, top: seen.top - padding }), [seen]);
  const { nodes, edges } = useMemo(() => graphInView(tree, layout, measures, view), [tree, layout, measures, view]);
  const critical = useMemo(
    () =>
      markedNodes(
        tree,
        Uint8Array.from(model.criticalNanos, (nanos) => (nanos > 0 ? 1 : 0)),
      )!,
    [tree, model],
  );
  useEffect(() => {
    const element = scroller.current;
    // The first root stands in the middle of what may be far taller than the window.
    const node = selected === -1 ? 0 : selected;
    if (element !== null && tree.size > 0) reveal(element, graphPlace(tree, layout, measures, node), measures);
  }, [selected, tree, layout, measures]);
  const width = tree.maxDepth * (measures.nodeWidth + measures.columnGap) - measures.columnGap;
  const height = layout.rows * (measures.nodeHeight + measures.rowGap) - measures.rowGap;
  return (
    <div
      ref={scroller}
      className={styles.graph}
      tabIndex={0}
      role="group"
      aria-label={own.graphLabel(count(tree.size))}
    >
      <div style={{ position: 'relative', width: width + 2 * padding, height: height + 2 * padding }}>
        <Edges paths={paths} layout={layout} measures={measures} view={view} edges={edges} critical={critical} />
        {nodes.map((node) => (
          <GraphNode
            key={node}
            trace={trace}
            paths={paths}
            node={node}
            place={graphPlace(tree, layout, measures, node)}
            measures={measures}
            critical={critical[node] === 1}
          />
        ))}
      </div>
    </div>
  );
}

/** Scrolls to a node that is not seen: across as little as shows it, up or down so that it stands in the middle. */
function reveal(
  element: HTMLElement,
  { x, y }: { x: number; y: number },
  { nodeWidth, nodeHeight }: GraphMeasures,
): void {
  const { scrollLeft, scrollTop, clientWidth, clientHeight } = element;
  const left = Math.min(x, Math.max(scrollLeft, x + nodeWidth + 2 * padding - clientWidth));
  const seen = y >= scrollTop && y + nodeHeight + 2 * padding <= scrollTop + clientHeight;
  element.scrollTo({ left, top: seen ? scrollTop : y + padding + nodeHeight / 2 - clientHeight / 2 });
}

interface EdgesProps {
  readonly paths: Paths;
  readonly layout: GraphLayout;
  readonly measures: GraphMeasures;
  readonly view: GraphRectangle;
  readonly edges: readonly number[];
  readonly critical: Uint8Array;
}

function Edges({ paths: { tree }, layout, measures, view, edges, critical }: EdgesProps): ReactNode {
  const { left, top, width, height } = view;
  return (
    <svg
      className={styles.edges}
      aria-hidden="true"
      style={{ left: left + padding, top: top + padding }}
      width={width}
      height={height}
      viewBox={`${left} ${top} ${width} ${height}`}
    >
      {edges.map((node) => {
        const from = graphPlace(tree, layout, measures, tree.parent[node]!);
        const to = graphPlace(tree, layout, measures, node);
        const [startX, half] = [from.x + measures.nodeWidth, measures.nodeHeight / 2];
        const middle = (startX + to.x) / 2;
        return (
          <path
            key={node}
            className={styles.edge}
            data-critical={critical[node] === 1 || undefined}
            strokeWidth={edgeWidth(tree.count[node]!)}
            d={`M${startX} ${from.y + half}C${middle} ${from.y + half} ${middle} ${to.y + half} ${to.x} ${to.y + half}`}
          />
        );
      })}
    </svg>
  );
}

/** A pixel more each time that the calls are four times as many. */
function edgeWidth(calls: number): number {
  return Math.min(7, 1.25 + Math.log2(calls) / 2);
}

interface GraphNodeProps {
  readonly trace: TabProps['trace'];
  readonly paths: Paths;
  readonly node: number;
  readonly place: { readonly x: number; readonly y: number };
  readonly measures: GraphMeasures;
  readonly critical: boolean;
}

function GraphNode({ trace, paths, node, place, measures, critical }: GraphNodeProps): ReactNode {
  const { words, count } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const own = useSection('paths', pathsWords);
  const { model } = trace;
  const { tree, matched } = paths;
  const index = tree.longest[node]!;
  const { name: service, hue } = model.services[model.serviceOf[index]!]!;
  const errors = tree.errorCount[node]!;
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.node}
      aria-pressed={node === paths.selected}
      data-faint={(matched !== undefined && matched[node] === 0) || undefined}
      data-critical={critical || undefined}
      style={hueStyle(hue, {
        width: measures.nodeWidth,
        height: measures.nodeHeight,
        transform: `translate(${place.x + padding}px, ${place.y + padding}px)`,
      })}
      onClick={() => paths.select(node)}
    >
      <span className={styles.nodeName}>
        <b>{service || words.unnamedService}</b>
        <MiddleName name={model.tree.spans[index]!.name || words.unnamedOperation} />
      </span>
      <span className={styles.nodeFacts}>
        {tree.count[node]! > 1 && <span>{traceText.times(count(tree.count[node]!))}</span>}
        <span>{formatDuration(tree.totalNanos[node]!)}</span>
        <span>{own.selfOf(formatDuration(tree.selfNanos[node]!))}</span>
        {errors > 0 && (
          <span className={styles.nodeErrors}>
            <CircleAlert size={12} aria-label={words.errors} />
            {count(errors)}
          </span>
        )}
      </span>
    </button>
  );
}
