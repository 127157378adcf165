import { useQuery } from '@tanstack/react-query';
import { Radio } from 'lucide-react';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { collectorQuery } from '../../../api/queries.ts';
import { Failure, Warning } from '../../../components/notice.tsx';
import { firstSpanAddresses } from '../../../model/first-span.ts';
import { firstSpanWords } from '../../../words/en/first-span.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import styles from './first-span.module.css';
import { Line, Ways } from './ways.tsx';

/** An empty store: how to send the first span, in each way that the collector understands. */
export function FirstSpan(): ReactNode {
  const { words } = useSpeech();
  const own = useSection('firstSpan', firstSpanWords);
  const { data, error, refetch } = useQuery(collectorQuery);
  const addresses = data === undefined ? undefined : firstSpanAddresses(data, location);
  useEffect(() => {
    document.title = `${own.waiting} · ${words.brand}`;
  }, [own, words]);
  return (
    <section className={styles.first}>
      <header>
        <Radio size={20} aria-hidden="true" className={styles.pulse} />
        <h1>{own.waiting}</h1>
      </header>
      <p role="status">{own.waitingText}</p>
      {addresses?.isElsewhere === true && (
        <div className={styles.notice}>
          <Warning>{own.firstElsewhere(location.origin)}</Warning>
        </div>
      )}
      {addresses !== undefined && <Ways addresses={addresses} />}
      {addresses !== undefined && addresses.otlp === undefined && (
        <div className={styles.off}>
          <h2>{own.firstOtlpOff}</h2>
          <p>{own.firstOtlpOn}</p>
          <Line text="--port-otlp-http 4318" />
        </div>
      )}
      {data === undefined && error !== null && (
        <div className={styles.notice}>
          <Failure error={error} onRetry={() => void refetch()} />
        </div>
      )}
    </section>
  );
}
