import { CircleAlert } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import type { ReactNode } from 'react';
import { hueStyle } from '../../../components/hue.ts';
import { MiddleName } from '../../../components/middle-name.tsx';
import { ServiceDot } from '../../../components/service-dot.tsx';
import { narrow, useMedia } from '../../../components/use-media.ts';
import { useRowWindow } from '../../../components/use-row-window.ts';
import { formatDuration } from '../../../model/durations.ts';
import { indentOf } from '../../../model/indent.ts';
import { pathsWords } from '../../../words/en/paths.ts';
import { traceWords } from '../../../words/en/trace.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import type { TraceView } from '../use-trace-view.ts';
import styles from './paths.module.css';
import type { Paths } from './use-path-tree.ts';

interface PathTableProps {
  readonly trace: TraceView;
  readonly paths: Paths;
  readonly label: string;
}

const [deskRow, phoneRow] = [28, 52];
/** The room that deep paths share for their indent. */
const nameRoom = 480;

/** The same as the picture, to read: one row for each path. */
export function PathTable({ trace, paths, label }: PathTableProps): ReactNode {
  const { words } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const own = useSection('paths', pathsWords);
  const { tree, selected } = paths;
  const phone = useMedia(narrow);
  const rowHeight = phone ? phoneRow : deskRow;
  const scroller = useRef<HTMLDivElement>(null);
  const [{ spacer, first, end, shift }, scrollTo] = useRowWindow(scroller, tree.size, rowHeight);
  useEffect(() => {
    if (selected !== -1) scrollTo(selected, 'nearest');
  }, [selected, scrollTo]);
  const work = useMemo(
    () => tree.workNanos.reduce((sum, nanos, node) => (tree.parent[node] === -1 ? sum + nanos : sum), 0),
    [tree],
  );
  const columns = [
    traceText.columnSpan,
    words.columnSpans,
    own.tableColumn('total'),
    own.tableColumn('self'),
    own.columnWork,
    words.columnErrors,
  ];
  return (
    <div className={styles.view} role="treegrid" aria-label={label} aria-rowcount={tree.size + 1}>
      <div role="rowgroup">
        <div className={styles.columns} role="row" aria-rowindex={1}>
          {columns.map((column) => (
            <span key={column} role="columnheader" title={column === own.columnWork ? own.workHelp : undefined}>
              {column}
            </span>
          ))}
        </div>
      </div>
      <div ref={scroller} className={styles.scroller} role="rowgroup" tabIndex={0} aria-label={label}>
        <div className={styles.rows} role="presentation" style={{ height: spacer }}>
          {Array.from({ length: end - first }, (_, at) => (
            <PathRow
              key={first + at}
              trace={trace}
              paths={paths}
              node={first + at}
              top={shift + (first + at) * rowHeight}
              share={paths.tree.workNanos[first + at]! / Math.max(1, work)}
              phone={phone}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

interface PathRowProps extends Omit<PathTableProps, 'label'> {
  readonly node: number;
  readonly top: number;
  readonly share: number;
  readonly phone: boolean;
}

function PathRow({ trace, paths, node, top, share, phone }: PathRowProps): ReactNode {
  const { words, count, percent } = useSpeech();
  const { model } = trace;
  const { tree } = paths;
  const index = tree.longest[node]!;
  const { name: service, hue } = model.services[model.serviceOf[index]!]!;
  const indent = indentOf(tree.depth[node]!, tree.maxDepth, phone ? nameRoom / 2 : nameRoom).pixels;
  return (
    <div
      role="row"
      className={styles.row}
      aria-level={tree.depth[node]! + 1}
      aria-rowindex={node + 2}
      aria-selected={node === paths.selected}
      data-matched={paths.matched?.[node] === 1 || undefined}
      style={hueStyle(hue, { transform: `translateY(${top}px)` })}
      onClick={() => paths.select(node)}
    >
      <span role="rowheader" className={styles.name} style={{ paddingInlineStart: indent }}>
        <ServiceDot hue={hue} />
        <b>{service || words.unnamedService}</b>
        <MiddleName name={model.tree.spans[index]!.name || words.unnamedOperation} />
      </span>
      <span role="gridcell" className={styles.number}>
        {count(tree.count[node]!)}
      </span>
      <span role="gridcell" className={styles.number}>
        {formatDuration(tree.totalNanos[node]!)}
      </span>
      <span role="gridcell" className={styles.number}>
        {formatDuration(tree.selfNanos[node]!)}
      </span>
      <span role="gridcell" className={styles.number}>
        {percent(share)}
        <i className={styles.share} style={{ width: `${share * 100}%` }} />
      </span>
      <span role="gridcell" className={styles.number}>
        {tree.errorCount[node]! > 0 && (
          <span className={styles.nodeErrors}>
            <CircleAlert size={12} aria-hidden="true" />
            {count(tree.errorCount[node]!)}
          </span>
        )}
      </span>
    </div>
  );
}
