import { Maximize2, Table2 } from 'lucide-react';
import type { ReactNode } from 'react';
import button from '../../../components/button.module.css';
import { MiddleName } from '../../../components/middle-name.tsx';
import { ServiceDot } from '../../../components/service-dot.tsx';
import { formatDuration } from '../../../model/durations.ts';
import { pathsWords } from '../../../words/en/paths.ts';
import { traceWords } from '../../../words/en/trace.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import type { TraceView } from '../use-trace-view.ts';
import styles from './path-line.module.css';
import type { Paths } from './use-path-tree.ts';

interface PathLineProps {
  readonly trace: TraceView;
  readonly paths: Paths;
  /** The node to tell about; -1 for none. */
  readonly node: number;
  /** What is said while no node is pointed at or selected. */
  readonly hint: string;
}

/** What the node under the pointer, or the selected one, stands for; and the switch to a table of the same. */
export function PathLine({ trace, paths, node, hint }: PathLineProps): ReactNode {
  const { words } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const { view, update } = trace;
  return (
    <div className={styles.line}>
      <div className={styles.facts} role="status">
        {node === -1 ? hint : <NodeFacts trace={trace} paths={paths} node={node} />}
      </div>
      {paths.zoomed !== -1 && !view.asTable && (
        <button
          type="button"
          className={button.text}
          aria-label={traceText.zoomAll}
          title={`${traceText.zoomAll} (0)`}
          onClick={() => update((held) => ({ ...held, path: -1 }))}
        >
          <Maximize2 size={13} aria-hidden="true" />
          <span className={styles.label}>{traceText.zoomAll}</span>
        </button>
      )}
      <button
        type="button"
        className={button.text}
        aria-pressed={view.asTable}
        aria-label={words.asTable}
        title={`${words.asTable} (t)`}
        onClick={() => update((held) => ({ ...held, asTable: !held.asTable }))}
      >
        <Table2 size={14} aria-hidden="true" />
        <span className={styles.label}>{words.asTable}</span>
      </button>
    </div>
  );
}

function NodeFacts({ trace, paths: { tree }, node }: Omit<PathLineProps, 'hint'>): ReactNode {
  const { words, count } = useSpeech();
  const own = useSection('paths', pathsWords);
  const { model } = trace;
  const index = tree.longest[node]!;
  const { name, hue } = model.services[model.serviceOf[index]!]!;
  return (
    <>
      <ServiceDot hue={hue} />
      <b>{name || words.unnamedService}</b>
      <MiddleName name={model.tree.spans[index]!.name || words.unnamedOperation} />
      <small>
        {own.pathFacts(
          words.spanCount(tree.count[node]!, count(tree.count[node]!)),
          formatDuration(tree.totalNanos[node]!),
          formatDuration(tree.selfNanos[node]!),
        )}
        {tree.errorCount[node]! > 0 && `, ${words.errorCount(tree.errorCount[node]!, count(tree.errorCount[node]!))}`}
      </small>
    </>
  );
}
