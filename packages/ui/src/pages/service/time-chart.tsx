import type { StepExemplar } from '@spanwise/wire/query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { useSize } from '../../components/use-size.ts';
import { formatMicros } from '../../model/durations.ts';
import type { ServiceTable } from '../../model/service-rows.ts';
import { linePath, linearScale, logarithmicScale, stepScale, timeTicks } from '../../model/time-chart.ts';
import type { ChartBox } from '../../model/time-chart.ts';
import { servicesWords } from '../../words/en/services.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import styles from './service-charts.module.css';

interface ChartLine {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** The higher the percentile, the stronger its line. */
  readonly look: 'low' | 'middle' | 'high' | 'failed';
}

interface TimeChartProps {
  readonly title: string;
  readonly detail?: string;
  readonly table: ServiceTable;
  readonly height: number;
  readonly count: number;
  readonly lines: readonly ChartLine[];
  readonly format: (value: number) => string;
  /** What the top stands for, at least. */
  readonly least?: number;
  readonly logarithmic?: boolean;
  readonly exemplars?: readonly StepExemplar[];
  readonly cursor: number | undefined;
  readonly onCursor: (step: number | undefined) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

const margins = { left: 64, right: 12, top: 8, bottom: 20 };
const pixelsPerTime = 110;

/** Values by step, as lines. Drawn as elements: there are few, they take their colours from the tokens, and dots are links. */
export function TimeChart(props: TimeChartProps): ReactNode {
  const { title, detail, table, height, count, lines, format, least = 0, logarithmic = false, exemplars = [] } = props;
  const { cursor, onCursor, onKeyDown } = props;
  const own = useSection('services', servicesWords);
  const [ref, { width }] = useSize();
  const box: ChartBox = useMemo(() => ({ width, height, ...margins }), [width, height]);
  const steps = useMemo(() => stepScale(count, box), [count, box]);
  const scale = useMemo(() => {
    const values = [...lines.flatMap((line) => line.values), ...exemplars.map(({ durationMicros }) => durationMicros)];
    const known = values.filter((value) => value !== null);
    if (logarithmic) return logarithmicScale(known, box);
    return linearScale(
      known.reduce((most, value) => Math.max(most, value), least),
      box,
    );
  }, [lines, exemplars, logarithmic, least, box]);
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    onCursor(steps.stepAt(event.clientX - event.currentTarget.getBoundingClientRect().left));
  };
  return (
    <figure className={styles.chart}>
      <figcaption>
        <b>{title}</b> {detail}
        {lines.length > 1 &&
          lines.map(({ name, look }) => (
            <span key={name} className={styles.key} data-look={look}>
              {name}
            </span>
          ))}
      </figcaption>
      <div
        ref={ref}
        className={styles.plot}
        style={{ height }}
        role="group"
        tabIndex={0}
        aria-label={own.chartLabel(title)}
        aria-description={own.chartHelp}
        onPointerMove={onPointerMove}
        onPointerDown={onPointerMove}
        onPointerLeave={(event) => event.pointerType === 'mouse' && onCursor(undefined)}
        onKeyDown={onKeyDown}
      >
        <svg width={width} height={height} aria-hidden="true">
          {scale.ticks.map((tick) => (
            <g key={tick}>
              <line
                className={styles.grid}
                x1={box.left}
                x2={width - box.right}
                y1={scale.y(tick)}
                y2={scale.y(tick)}
              />
              <text className={styles.value} x={box.left - 6} y={scale.y(tick) + 4}>
                {format(tick)}
              </text>
            </g>
          ))}
          <Times table={table} box={box} count={count} />
          {cursor !== undefined && (
            <line
              className={styles.cursor}
              data-cursor={cursor}
              x1={steps.x(cursor)}
              x2={steps.x(cursor)}
              y1={box.top}
              y2={height - box.bottom}
            />
          )}
          {lines.map(({ name, values, look }) => (
            <path key={name} className={styles.line} data-look={look} d={linePath(values, steps, scale)} />
          ))}
        </svg>
        {width > 0 &&
          exemplars.map((exemplar) => (
            <Dot
              key={`${exemplar.step} ${exemplar.durationMicros}`}
              exemplar={exemplar}
              from={table.extent.startMicros + exemplar.step * table.stepMicros}
              left={steps.x(exemplar.step)}
              top={scale.y(exemplar.durationMicros)}
            />
          ))}
      </div>
    </figure>
  );
}

interface DotProps {
  readonly exemplar: StepExemplar;
  readonly from: number;
  readonly left: number;
  readonly top: number;
}

/** A trace that stands for others. By keyboard it is reached through the cursor, or in the table. */
function Dot({ exemplar: { traceId, durationMicros }, from, left, top }: DotProps): ReactNode {
  const { instants } = useSpeech();
  const own = useSection('services', servicesWords);
  const name = own.exemplar(formatMicros(durationMicros), instants.short(from));
  return (
    <Link
      className={styles.dot}
      to="/trace/$traceId"
      params={{ traceId }}
      preload={false}
      tabIndex={-1}
      aria-label={name}
      title={name}
      style={{ left, top }}
    />
  );
}

interface TimesProps {
  readonly table: ServiceTable;
  readonly box: ChartBox;
  readonly count: number;
}

function Times({ table, box, count }: TimesProps): ReactNode {
  const { language } = useSpeech();
  const { startMicros } = table.extent;
  const lastedMicros = count * table.stepMicros;
  const plotWidth = Math.max(1, box.width - box.left - box.right);
  const days = lastedMicros > 86_400e6;
  const format = useMemo(
    () =>
      new Intl.DateTimeFormat(language, {
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        ...(days && { day: 'numeric', month: 'short' }),
      }),
    [language, days],
  );
  const ticks = timeTicks(
    startMicros,
    startMicros + lastedMicros,
    plotWidth / pixelsPerTime,
    -new Date(startMicros / 1000).getTimezoneOffset(),
  );
  return (
    <>
      {ticks.map((micros) => {
        const x = box.left + ((micros - startMicros) / lastedMicros) * plotWidth;
        if (x > box.width - 24) return null;
        return (
          <g key={micros}>
            <line className={styles.grid} x1={x} x2={x} y1={box.height - box.bottom} y2={box.height - box.bottom + 4} />
            <text className={styles.time} x={x} y={box.height - 4}>
              {format.format(micros / 1000)}
            </text>
          </g>
        );
      })}
    </>
  );
}
