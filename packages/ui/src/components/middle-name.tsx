import type { ReactNode } from 'react';
import { middleCut } from '../model/middle-cut.ts';
import styles from './middle-name.module.css';

/** A name that loses its middle, not its end, when there is no room. Assistive technology hears it whole. */
export function MiddleName({
  name,
  className,
}: {
  readonly name: string;
  readonly className?: string | undefined;
}): ReactNode {
  const { head, tail } = middleCut(name);
  return (
    <span className={`${styles.name} ${className ?? ''}`} title={tail === '' ? undefined : name}>
      <span className={styles.head}>{head}</span>
      {tail !== '' && <span className={styles.tail}>{tail}</span>}
    </span>
  );
}
