import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { CircleHelp, Table2, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { servicesQuery } from '../../api/queries.ts';
import { mapSumsQuery } from '../../api/sums-queries.ts';
import button from '../../components/button.module.css';
import { KeyHelp } from '../../components/key-help.tsx';
import { Failure, Warning } from '../../components/notice.tsx';
import { SuggestField } from '../../components/suggest-field.tsx';
import { useDelayed } from '../../components/use-delayed.ts';
import { useKeys } from '../../components/use-keys.ts';
import { withoutAbsent } from '../../model/address.ts';
import { rateUnitOf } from '../../model/rate-unit.ts';
import { findNode, neighbourhood, serviceMap } from '../../model/service-map.ts';
import type { MapNode, ServiceMap } from '../../model/service-map.ts';
import { parseSumsParams, rangeOf } from '../../model/sums-params.ts';
import type { ChangeSums, SumsParams } from '../../model/sums-params.ts';
import { windowExtent } from '../../model/sums-window.ts';
import { mapWords } from '../../words/en/map.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { Searching } from '../searching.tsx';
import { NoSpans } from '../sums/no-spans.tsx';
import { SumsSkeleton } from '../sums/sums-skeleton.tsx';
import { useMeasures } from '../sums/use-measures.ts';
import { WindowWarnings } from '../sums/window-notes.tsx';
import { RangeField } from '../traces/range-field.tsx';
import { mapKeyRows } from './map-keys.ts';
import view from '../view.module.css';
import styles from './map-page.module.css';
import { MapPicture } from './map-picture.tsx';
import { MapTables } from './map-tables.tsx';

/** Who calls whom, with rate, errors and latency: all of it, or the neighbourhood of one. */
export function MapPage(): ReactNode {
  const { words } = useSpeech();
  const search = useSearch({ from: '/map' });
  const params = useMemo(() => parseSumsParams({ ...search }), [search]);
  const navigate = useNavigate({ from: '/map' });
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery(mapSumsQuery(rangeOf(params)));
  const services = useQuery(servicesQuery);
  const slow = useDelayed(isPending);
  const own = useSection('map', mapWords);
  const extent = useMemo(() => data && windowExtent(data.now, data.askedMillis, data.began), [data]);
  const map = useMemo(
    () => (data && extent ? serviceMap(data.now, data.edges, extent.seconds) : undefined),
    [data, extent],
  );
  useEffect(() => {
    document.title = `${words.map} · ${words.brand}`;
  }, [words]);
  const change: ChangeSums = (part) => void navigate({ search: withoutAbsent<SumsParams>({ ...params, ...part }) });
  const failure = error !== null && <Failure error={error} onRetry={() => void refetch()} />;
  return (
    <div className={styles.page}>
      <h1 className={view.title}>{words.map}</h1>
      <Bar map={map} params={params} onChange={change} />
      {failure}
      {data !== undefined && extent !== undefined && (
        <WindowWarnings extents={[extent, windowExtent(data.edges, Infinity)]} />
      )}
      {map === undefined && !failure && slow && <SumsSkeleton />}
      {map !== undefined &&
        (map.nodes.length === 0 && isPlaceholderData ? (
          <Searching />
        ) : map.nodes.length === 0 ? (
          <NoSpans
            title={own.emptyTitle}
            range={params}
            storeIsEmpty={services.data?.services.length === 0}
            onChange={(range) => change({ range, from: undefined, to: undefined })}
          />
        ) : (
          <Content map={map} params={params} stale={isPlaceholderData} onChange={change} />
        ))}
    </div>
  );
}

interface BarProps {
  readonly map: ServiceMap | undefined;
  readonly params: SumsParams;
  readonly onChange: ChangeSums;
}

function Bar({ map, params, onChange }: BarProps): ReactNode {
  const { words } = useSpeech();
  const own = useSection('map', mapWords);
  const bar = useRef<HTMLDivElement>(null);
  const [helpOpen, setHelpOpen] = useState(false);
  const asTable = params.as === 'table';
  const keys = useMemo(() => map?.nodes.map(({ key }) => key) ?? [], [map]);
  const toggle = (): void => onChange({ as: asTable ? undefined : 'table' });
  const actions: Readonly<Record<string, () => void>> = {
    t: toggle,
    '/': () => bar.current?.querySelector('input')?.focus(),
    '?': () => setHelpOpen(true),
  };
  useKeys((key) => actions[key]);
  const find = (text: string): void => {
    const node = map && findNode(map, text);
    onChange({ focus: node?.key ?? (text || undefined) });
  };
  return (
    <div ref={bar} className={`${view.bar} ${styles.bar}`}>
      <SuggestField
        className={styles.find}
        label={own.find}
        placeholder={own.findHint}
        value={params.focus ?? ''}
        suggestions={keys}
        noMatch={own.findNothing}
        onCommit={find}
      />
      <RangeField params={params} onChange={onChange} />
      <button type="button" className={button.text} aria-pressed={asTable} onClick={toggle}>
        <Table2 size={14} aria-hidden="true" />
        {words.asTable}
      </button>
      <button
        type="button"
        className={button.icon}
        aria-label={`${words.keys} (?)`}
        title={`${words.keys} (?)`}
        onClick={() => setHelpOpen(true)}
      >
        <CircleHelp size={15} />
      </button>
      <KeyHelp rows={mapKeyRows(words, own)} open={helpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}

interface ContentProps {
  readonly map: ServiceMap;
  readonly params: SumsParams;
  readonly stale: boolean;
  readonly onChange: ChangeSums;
}

function Content({ map, params, stale, onChange }: ContentProps): ReactNode {
  const own = useSection('map', mapWords);
  const { focus } = params;
  const near = useMemo(() => (focus === undefined ? undefined : neighbourhood(map, focus)), [map, focus]);
  const shown = near ?? map;
  const focused = near?.nodes.find(({ key }) => key === focus);
  const unit = rateUnitOf(map.nodes.map(({ rate }) => rate));
  return (
    <section className={styles.content} data-stale={stale || undefined} aria-busy={stale}>
      {focus !== undefined && near === undefined && !stale && <Warning>{own.unknownFocus(focus)}</Warning>}
      {focused !== undefined && (
        <FocusLine node={focused} params={params} onLeave={() => onChange({ focus: undefined })} />
      )}
      {params.as === 'table' ? (
        <MapTables map={shown} unit={unit} params={params} />
      ) : (
        <MapPicture
          key={near === undefined ? '' : focus}
          map={shown}
          names={map.nodes}
          unit={unit}
          focus={focused?.key}
          onFocus={(key) => onChange({ focus: key })}
        />
      )}
    </section>
  );
}

interface FocusLineProps {
  readonly node: MapNode;
  readonly params: SumsParams;
  readonly onLeave: () => void;
}

/** Whose neighbourhood is shown, its figures, and where to go from here. */
function FocusLine({ node, params, onLeave }: FocusLineProps): ReactNode {
  const { words } = useSpeech();
  const own = useSection('map', mapWords);
  const measures = useMeasures();
  const range = rangeOf(params);
  const facts = [
    measures.rate(node.rate, rateUnitOf([node.rate])),
    own.errorShare(measures.share(node.errorShare)),
    `p95 ${measures.duration(node.p95Micros)}`,
  ];
  return (
    <div className={styles.focus}>
      <b>{own.neighbours(node.name)}</b>
      <span>{facts.join(' · ')}</span>
      {node.kind === 'service' && (
        <>
          <Link to="/services/$service" params={{ service: node.name }} search={range}>
            {own.openService}
          </Link>
          <Link to="/" search={{ ...range, service: node.name }}>
            {words.traces}
          </Link>
        </>
      )}
      <button type="button" className={button.text} onClick={onLeave}>
        <X size={14} aria-hidden="true" />
        {own.whole}
      </button>
    </div>
  );
}
