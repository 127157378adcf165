import type { ReactNode } from 'react';
import { sparkPath } from '../../model/spark-path.ts';
import styles from './spark-line.module.css';

const [width, height] = [64, 16];

interface SparkLineProps {
  readonly values: readonly (number | null)[];
  /** What the top stands for, at least. */
  readonly least?: number;
  readonly failed?: boolean;
}

/** How a value went over the window; the numbers beside it say how much. */
export function SparkLine({ values, least = 0, failed = false }: SparkLineProps): ReactNode {
  const most = values.reduce<number>((high, value) => Math.max(high, value ?? 0), least);
  return (
    <svg
      className={styles.spark}
      width={width + 4}
      height={height + 4}
      viewBox={`-2 -2 ${width + 4} ${height + 4}`}
      aria-hidden="true"
    >
      <path data-failed={failed || undefined} d={sparkPath(values, most, { width, height })} />
    </svg>
  );
}
