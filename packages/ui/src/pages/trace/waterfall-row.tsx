import { ChevronDown, ChevronRight, CircleAlert, TriangleAlert } from 'lucide-react';
import { memo, useMemo } from 'react';
import type { MouseEvent, ReactNode } from 'react';
import type { SpanEvent } from '@spanwise/wire/span-record';
import { hueStyle } from '../../components/hue.ts';
import { MiddleName } from '../../components/middle-name.tsx';
import { ServiceDot } from '../../components/service-dot.tsx';
import { indentOf } from '../../model/indent.ts';
import { likeFacts } from '../../model/like-groups.ts';
import type { TimeWindow } from '../../model/time-window.ts';
import type { TraceModel } from '../../model/trace-model.ts';
import { traceWords } from '../../words/en/trace.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { GroupBar } from './group-bar.tsx';
import { SpanBar } from './span-bar.tsx';
import styles from './waterfall.module.css';

interface WaterfallRowProps {
  readonly model: TraceModel;
  readonly index: number;
  readonly place: number;
  /** The logs of a span of a large trace, once they are here; those of others are the span's own. */
  readonly events: readonly SpanEvent[] | undefined;
  readonly row: number;
  readonly top: number;
  readonly position: number;
  readonly siblings: number;
  readonly selected: boolean;
  readonly folded: boolean;
  /** The siblings that this row stands for. */
  readonly group: Int32Array | undefined;
  /** It is the first of siblings that can be one row. */
  readonly leads: boolean;
  readonly matched: boolean;
  /** It shows the finding that is looked at. */
  readonly evident: boolean;
  readonly window: TimeWindow;
  readonly nameWidth: number;
  readonly width: number;
  readonly phone: boolean;
  readonly onSelect: (index: number) => void;
  readonly onToggle: (index: number) => void;
  readonly onRegroup: (index: number) => void;
}

export function rowId(index: number): string {
  return `span-row-${index}`;
}

export const WaterfallRow = memo(function WaterfallRow(props: WaterfallRowProps): ReactNode {
  const { model, index, group, phone } = props;
  const folded = props.folded || group !== undefined;
  const hue = model.services[model.serviceOf[index]!]!.hue;
  const parent = model.tree.subtreeSize[index]! > 1 || group !== undefined;
  const onClick = (event: MouseEvent<HTMLElement>): void => {
    const pressed = (what: string): boolean => event.target instanceof Element && event.target.closest(what) !== null;
    if (pressed('[data-group]')) props.onRegroup(index);
    else if (pressed('[data-fold]')) props.onToggle(index);
    else props.onSelect(index);
  };
  return (
    <div
      id={rowId(index)}
      className={styles.row}
      role="row"
      aria-level={model.tree.depth[index]! + 1}
      aria-posinset={props.position}
      aria-setsize={props.siblings}
      aria-rowindex={props.row + 1}
      aria-expanded={parent ? !folded : undefined}
      aria-selected={props.selected}
      data-matched={props.matched || undefined}
      data-evident={props.evident || undefined}
      data-phone={phone || undefined}
      style={hueStyle(hue, { transform: `translateY(${props.top}px)` })}
      onClick={onClick}
    >
      <NameCell {...props} folded={folded} hue={hue} parent={parent} />
      <div className={styles.bar} role="gridcell">
        {group === undefined ? (
          <SpanBar
            model={model}
            index={index}
            place={props.place}
            events={props.events}
            window={props.window}
            width={props.width}
            phone={phone}
          />
        ) : (
          <GroupBar model={model} members={group} window={props.window} width={props.width} phone={phone} />
        )}
      </div>
    </div>
  );
});

interface NameCellProps extends WaterfallRowProps {
  readonly hue: number;
  readonly parent: boolean;
}

function NameCell(props: NameCellProps): ReactNode {
  const { model, index, group, folded, phone, nameWidth, width, hue, parent } = props;
  const { words, count } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const span = model.tree.spans[index]!;
  const indent = indentOf(model.tree.depth[index]!, model.maxDepth, phone ? width : nameWidth);
  const facts = useMemo(
    () => (group === undefined ? undefined : likeFacts(model.tree, model.error, group)),
    [model, group],
  );
  const hidden = facts?.hides ?? model.tree.subtreeSize[index]! - 1;
  const Chevron = folded ? ChevronRight : ChevronDown;
  return (
    <div className={styles.name} role="gridcell" style={phone ? undefined : { width: nameWidth }}>
      <span
        className={styles.gutter}
        style={{ width: indent.pixels, ['--guides' as never]: `${indent.guidePixels}px` }}
        aria-hidden="true"
      />
      <span
        className={styles.fold}
        data-fold={parent || undefined}
        title={parent ? (folded ? traceText.unfold : traceText.fold) : undefined}
      >
        {parent && <Chevron size={14} aria-hidden="true" />}
      </span>
      <ServiceDot hue={hue} />
      <span className={styles.service}>{span.resource.serviceName || words.unnamedService}</span>
      <MiddleName name={span.name || words.unnamedOperation} className={styles.operation} />
      {facts !== undefined && (
        <span className={styles.times} title={traceText.alikeCount(count(facts.count))} data-group>
          {traceText.times(count(facts.count))}
        </span>
      )}
      {props.leads && facts === undefined && (
        <span className={styles.times} title={traceText.foldAlikeAgain} data-group data-open>
          {traceText.times(count(model.alike.members.get(index)!.length))}
        </span>
      )}
      {folded && hidden > 0 && hidden + 1 !== facts?.count && (
        <span className={styles.hidden} title={traceText.hides(hidden, count(hidden))} data-fold>
          +{count(hidden)}
        </span>
      )}
      {facts === undefined && model.error[index] === 1 && (
        <CircleAlert size={14} className={styles.error} aria-label={traceText.hasError} />
      )}
      {facts !== undefined && facts.errorCount > 0 && (
        <span className={styles.errors}>
          <CircleAlert size={14} className={styles.error} aria-hidden="true" />
          {words.errorCount(facts.errorCount, count(facts.errorCount))}
        </span>
      )}
      {model.warningsBySpan.has(index) && (
        <TriangleAlert size={13} className={styles.warning} aria-label={traceText.hasWarning} />
      )}
    </div>
  );
}
