import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { rateUnitOf } from '../../model/rate-unit.ts';
import type { ServiceRow, ServiceTable } from '../../model/service-rows.ts';
import { servicesWords } from '../../words/en/services.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { useMeasures } from '../sums/use-measures.ts';
import { ChartTable } from './chart-table.tsx';
import styles from './service-charts.module.css';
import { TimeChart } from './time-chart.tsx';

interface ServiceChartsProps {
  readonly row: ServiceRow;
  readonly table: ServiceTable;
  readonly asTable: boolean;
}

/** Rate, errors and latency over the window, under one cursor; or the same as a table. */
export function ServiceCharts({ row, table, asTable }: ServiceChartsProps): ReactNode {
  const own = useSection('services', servicesWords);
  const measures = useMeasures();
  const navigate = useNavigate();
  const [cursor, setCursor] = useState<number>();
  const { steps, exemplars } = row;
  const count = steps.rate.length;
  const unit = rateUnitOf(steps.rate);
  if (asTable) return <ChartTable row={row} table={table} unit={unit} />;
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    const slowest = exemplars.filter(({ step }) => step === cursor).at(-1);
    if (by !== undefined) setCursor(Math.max(0, Math.min(count - 1, (cursor ?? (by > 0 ? -1 : count)) + by)));
    else if (event.key === 'Escape') setCursor(undefined);
    else if (event.key === 'Enter' && slowest !== undefined)
      void navigate({ to: '/trace/$traceId', params: { traceId: slowest.traceId } });
    else return;
    event.preventDefault();
  };
  const shared = { table, count, cursor, onCursor: setCursor, onKeyDown };
  return (
    <section className={styles.charts}>
      <Readout row={row} table={table} cursor={cursor} />
      <TimeChart
        {...shared}
        title={own.rateChart}
        height={120}
        lines={[{ name: own.rateChart, values: steps.rate, look: 'middle' }]}
        format={(value) => measures.rate(value, unit)}
      />
      <TimeChart
        {...shared}
        title={own.errorsChart}
        height={100}
        lines={[{ name: own.errorsChart, values: steps.errorShare, look: 'failed' }]}
        least={leastErrorShare}
        format={measures.share}
      />
      <TimeChart
        {...shared}
        title={own.latencyChart}
        detail={exemplars.length > 0 ? `${own.latencyScale}; ${own.exemplarHint}` : own.latencyScale}
        height={220}
        logarithmic
        lines={[
          { name: 'p50', values: steps.p50Micros, look: 'low' },
          { name: 'p95', values: steps.p95Micros, look: 'middle' },
          { name: 'p99', values: steps.p99Micros, look: 'high' },
        ]}
        exemplars={exemplars}
        format={measures.duration}
      />
    </section>
  );
}

/** What the top of the chart of errors stands for at least, so that one in a thousand is no mountain. */
const leastErrorShare = 0.05;

interface ReadoutProps {
  readonly row: ServiceRow;
  readonly table: ServiceTable;
  readonly cursor: number | undefined;
}

/** The values under the cursor; of the whole window while there is none. */
function Readout({ row, table, cursor }: ReadoutProps): ReactNode {
  const { instants } = useSpeech();
  const own = useSection('services', servicesWords);
  const measures = useMeasures();
  const { steps } = row;
  const unit = rateUnitOf(steps.rate);
  const at = cursor ?? -1;
  const { startMicros, endMicros } = table.extent;
  const from = cursor === undefined ? startMicros : startMicros + at * table.stepMicros;
  const to = cursor === undefined ? endMicros : Math.min(endMicros, from + table.stepMicros);
  const rate = cursor === undefined ? row.rate : (steps.rate[at] ?? null);
  const errors = cursor === undefined ? row.errorShare : (steps.errorShare[at] ?? null);
  const latency = cursor === undefined ? row : undefined;
  const facts: readonly (readonly [string, string])[] = [
    [own.rateChart, rate === null ? '–' : measures.rate(rate, unit)],
    [own.errorsChart, errors === null ? '–' : measures.share(errors)],
    ['p50', measures.duration(latency ? latency.p50Micros : (steps.p50Micros[at] ?? null))],
    ['p95', measures.duration(latency ? latency.p95Micros : (steps.p95Micros[at] ?? null))],
    ['p99', measures.duration(latency ? latency.p99Micros : (steps.p99Micros[at] ?? null))],
  ];
  return (
    <div className={styles.readout} role="status" title={own.chartHelp}>
      <span className={styles.when}>
        {instants.short(from)} – {instants.short(to)}
      </span>
      {facts.map(([name, value]) => (
        <span key={name}>
          {name} <b>{value}</b>
        </span>
      ))}
    </div>
  );
}
