import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { parentIdHex } from '@spanwise/wire';
import button from '../../../components/button.module.css';
import { useInFile } from '../../../components/in-file.ts';
import { ServiceDot } from '../../../components/service-dot.tsx';
import { findReferences } from '../../../model/references.ts';
import type { Reference } from '../../../model/references.ts';
import { reveal } from '../../../model/row-moves.ts';
import { panelWords } from '../../../words/en/panel.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import type { TraceView } from '../use-trace-view.ts';
import styles from './span-panel.module.css';

interface ReferenceListProps {
  readonly trace: TraceView;
  readonly index: number;
}

/** The parent, what this span refers to, and what refers to it. */
export function ReferenceList({ trace, index }: ReferenceListProps): ReactNode {
  const own = useSection('panel', panelWords);
  const { model } = trace;
  const references = useMemo(() => findReferences(model, index), [model, index]);
  const parent = model.tree.parent[index]!;
  const missing = parent === -1 ? parentIdHex(model.tree.spans[index]!) : '';
  if (parent === -1 && missing === '' && references.length === 0) return null;
  return (
    <section>
      <h3>{own.references}</h3>
      <ul className={styles.references}>
        {parent !== -1 && (
          <li>
            <span>{own.parent}</span>
            <SpanLink trace={trace} index={parent} />
          </li>
        )}
        {missing !== '' && (
          <li>
            <span>{own.parent}</span>
            <div>
              <code>{missing}</code> <small>{own.missingSpan}</small>
            </div>
          </li>
        )}
        {references.map((reference, at) => (
          <li key={at}>
            <span>
              {reference.incoming ? own.referredBy : own.follows}
              {reference.type !== '' && <small> {reference.type}</small>}
            </span>
            <div>
              <Target trace={trace} reference={reference} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Target({ trace, reference }: { readonly trace: TraceView; readonly reference: Reference }): ReactNode {
  const own = useSection('panel', panelWords);
  const inFile = useInFile();
  if (reference.index !== -1) return <SpanLink trace={trace} index={reference.index} />;
  if (reference.traceId === trace.model.traceId) {
    return (
      <>
        <code>{reference.spanId}</code> <small>{own.missingSpan}</small>
      </>
    );
  }
  if (inFile) {
    return (
      <>
        <code>{reference.traceId}</code> <small>{own.otherTrace}</small>
      </>
    );
  }
  return (
    <>
      <Link to="/trace/$traceId" params={{ traceId: reference.traceId }} search={{ span: reference.spanId }}>
        <code>{reference.traceId}</code>
      </Link>{' '}
      <small>{own.otherTrace}</small>
    </>
  );
}

function SpanLink({ trace, index }: ReferenceListProps): ReactNode {
  const { words } = useSpeech();
  const { model, update } = trace;
  const span = model.tree.spans[index]!;
  return (
    <button
      type="button"
      className={`${button.link} ${styles.spanLink}`}
      onClick={() => update((view) => reveal(model, view, index))}
    >
      <ServiceDot hue={model.services[model.serviceOf[index]!]?.hue ?? 0} />
      {span.resource.serviceName || words.unnamedService} {span.name || words.unnamedOperation}
    </button>
  );
}
