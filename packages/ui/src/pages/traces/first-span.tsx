import { useQuery } from '@tanstack/react-query';
import { Radio } from 'lucide-react';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { collectorQuery } from '../../api/queries.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Failure, Warning } from '../../components/notice.tsx';
import { curlOtlp, firstSpanAddresses } from '../../model/first-span.ts';
import type { FirstSpanAddresses } from '../../model/first-span.ts';
import { firstSpanWords } from '../../words/en/first-span.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import styles from './first-span.module.css';

/** An empty store: how to send the first span, in each way that the collector understands. */
export function FirstSpan(): ReactNode {
  const { words } = useSpeech();
  const own = useSection('firstSpan', firstSpanWords);
  const { data, error, refetch } = useQuery(collectorQuery);
  useEffect(() => {
    document.title = `${own.waiting} · ${words.brand}`;
  }, [words]);
  return (
    <section className={styles.first}>
      <header>
        <Radio size={20} aria-hidden="true" className={styles.pulse} />
        <h1>{own.waiting}</h1>
      </header>
      <p role="status">{own.waitingText}</p>
      {data !== undefined && <Ways addresses={firstSpanAddresses(data, location)} />}
      {data === undefined && error !== null && (
        <div className={styles.notice}>
          <Failure error={error} onRetry={() => void refetch()} />
        </div>
      )}
    </section>
  );
}

function Ways({ addresses }: { readonly addresses: FirstSpanAddresses }): ReactNode {
  const own = useSection('firstSpan', firstSpanWords);
  const { otlp, zipkin, node, isElsewhere } = addresses;
  return (
    <>
      {isElsewhere && (
        <div className={styles.notice}>
          <Warning>{own.firstElsewhere(location.origin)}</Warning>
        </div>
      )}
      {node !== undefined && (
        <Way title={own.firstNode}>
          <Line text="npm install @spanwise/node" />
          <Line text={node} />
        </Way>
      )}
      {otlp !== undefined && (
        <Way title={own.firstOtlp}>
          <Line text={`OTEL_EXPORTER_OTLP_ENDPOINT=${otlp}`} />
          <p>{own.firstOtlpTry}</p>
          <Line text={curlOtlp(otlp, Date.now())} />
        </Way>
      )}
      <Way title={own.firstZipkin}>
        <Line text={zipkin} />
      </Way>
      {otlp === undefined && (
        <Way title={own.firstOtlpOff}>
          <p>{own.firstOtlpOn}</p>
          <Line text="--port-otlp-http 4318" />
        </Way>
      )}
    </>
  );
}

function Way({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className={styles.way}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

function Line({ text }: { readonly text: string }): ReactNode {
  return (
    <div className={styles.line}>
      <code tabIndex={0}>{text}</code>
      <CopyButton text={text} />
    </div>
  );
}
