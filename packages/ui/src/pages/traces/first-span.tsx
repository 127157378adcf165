import { Radio } from 'lucide-react';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { CopyButton } from '../../components/copy-button.tsx';
import { curlOtlp, firstSpanEndpoints } from '../../model/first-span.ts';
import { useSpeech } from '../../words/language.tsx';
import styles from './first-span.module.css';

/** An empty store: how to send the first span, in each way that the collector understands. */
export function FirstSpan(): ReactNode {
  const { words } = useSpeech();
  const { otlp, zipkin } = firstSpanEndpoints(location);
  useEffect(() => {
    document.title = `${words.waiting} · ${words.brand}`;
  }, [words]);
  return (
    <section className={styles.first}>
      <header>
        <Radio size={20} aria-hidden="true" className={styles.pulse} />
        <h1>{words.waiting}</h1>
      </header>
      <p role="status">{words.waitingText}</p>
      <Way title={words.firstNode}>
        <Line text="npm install @spanwise/node" />
        <Line text="node --import @spanwise/node/register app.js" />
      </Way>
      <Way title={words.firstOtlp}>
        <Line text={`OTEL_EXPORTER_OTLP_ENDPOINT=${otlp}`} />
        <p>{words.firstOtlpPort}</p>
        <p>{words.firstOtlpTry}</p>
        <Line text={curlOtlp(otlp, Date.now())} />
      </Way>
      <Way title={words.firstZipkin}>
        <Line text={`${zipkin}/api/v2/spans`} />
      </Way>
    </section>
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
