import { useId, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { CopyButton } from '../../../components/copy-button.tsx';
import { useNow } from '../../../components/use-now.ts';
import type { FirstSpanAddresses } from '../../../model/first-span.ts';
import { snippetsOf, waysWith } from '../../../model/first-ways.ts';
import type { FirstWay } from '../../../model/first-ways.ts';
import { firstSpanWords } from '../../../words/en/first-span.ts';
import { useSection } from '../../../words/language.tsx';
import styles from './first-span.module.css';

interface WaysProps {
  readonly addresses: FirstSpanAddresses;
}

/** A tab for each way, with what there is to copy. */
export function Ways({ addresses }: WaysProps): ReactNode {
  const own = useSection('firstSpan', firstSpanWords);
  const id = useId();
  const now = useNow();
  const ways = waysWith(addresses);
  const [chosen, choose] = useState<FirstWay>();
  const way = chosen !== undefined && ways.includes(chosen) ? chosen : ways[0]!;
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = ways.at((ways.indexOf(way) + by) % ways.length)!;
    choose(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <div>
      <div className={styles.tabs} role="tablist" aria-label={own.ways} onKeyDown={onKeyDown}>
        {ways.map((one) => (
          <button
            key={one}
            id={`${id}-${one}`}
            type="button"
            role="tab"
            aria-selected={one === way}
            aria-controls={one === way ? id : undefined}
            tabIndex={one === way ? 0 : -1}
            onClick={() => choose(one)}
          >
            {own.way(one)}
          </button>
        ))}
      </div>
      <div id={id} className={styles.way} role="tabpanel" aria-labelledby={`${id}-${way}`}>
        <p>{own.wayText(way)}</p>
        {snippetsOf(way, addresses, now).map(({ step, text }) => (
          <div key={step} className={styles.step}>
            <h2>{own.step(step)}</h2>
            <Line text={text} step={step} />
          </div>
        ))}
      </div>
    </div>
  );
}

interface LineProps {
  readonly text: string;
  readonly step?: string;
}

/** Something to copy. */
export function Line({ text, step }: LineProps): ReactNode {
  return (
    <div className={styles.line}>
      <code tabIndex={0} data-step={step}>
        {text}
      </code>
      <CopyButton text={text} />
    </div>
  );
}
