import type { ReactNode } from 'react';
import type { Endpoint, SpanRecord } from '@spanwise/wire/span-record';
import { panelWords } from '../../../words/en/panel.ts';
import { useSection } from '../../../words/language.tsx';
import type { TraceView } from '../use-trace-view.ts';
import { Fact } from './span-facts.tsx';
import styles from './span-panel.module.css';
import { TagTable } from './tag-table.tsx';

/** The process that recorded the span, the library in it, and the addresses of both sides. */
export function ProcessFacts({ trace, span }: { readonly trace: TraceView; readonly span: SpanRecord }): ReactNode {
  const own = useSection('panel', panelWords);
  const { resource, scope } = span;
  const local = addressOf(span.localEndpoint);
  const remote = addressOf(span.remoteEndpoint);
  const facts = scope.name !== '' || local !== '' || remote !== '';
  if (!facts && resource.attributes.length === 0) return null;
  return (
    <section>
      <h3>{own.process}</h3>
      {facts && (
        <dl className={styles.facts}>
          {scope.name !== '' && <Fact name={own.library}>{`${scope.name} ${scope.version}`.trim()}</Fact>}
          {local !== '' && <Fact name={own.localAddress}>{local}</Fact>}
          {remote !== '' && <Fact name={own.remoteAddress}>{remote}</Fact>}
        </dl>
      )}
      {resource.attributes.length > 0 && <TagTable trace={trace} attributes={resource.attributes} />}
    </section>
  );
}

function addressOf(endpoint: Endpoint | undefined): string {
  if (endpoint === undefined) return '';
  const host = endpoint.ipv4 ?? (endpoint.ipv6 === undefined ? undefined : `[${endpoint.ipv6}]`);
  const address = [host, endpoint.port].filter((part) => part !== undefined).join(':');
  return [endpoint.serviceName, address].filter((part) => part !== undefined && part !== '').join(' ');
}
