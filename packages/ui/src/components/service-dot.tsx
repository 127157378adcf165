import type { ReactNode } from 'react';
import { hueStyle } from './hue.ts';
import styles from './service-dot.module.css';

export function ServiceDot({ hue }: { readonly hue: number }): ReactNode {
  return <span className={styles.dot} style={hueStyle(hue)} aria-hidden="true" />;
}
