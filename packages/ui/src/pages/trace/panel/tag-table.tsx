import { Link } from '@tanstack/react-router';
import { Filter, Search } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Attributes } from '@spanwise/wire/span-record';
import button from '../../../components/button.module.css';
import { CopyButton } from '../../../components/copy-button.tsx';
import { useInFile } from '../../../components/in-file.ts';
import { formatValue, prettyJson } from '../../../model/attribute-values.ts';
import { groupTags } from '../../../model/tag-groups.ts';
import { tagQuery, tagWords } from '../../../model/tag-search.ts';
import type { Tag } from '../../../model/tag-groups.ts';
import { defaultRange, presetReaching } from '../../../model/time-range.ts';
import { panelWords } from '../../../words/en/panel.ts';
import { traceWords } from '../../../words/en/trace.ts';
import { useSection } from '../../../words/language.tsx';
import type { TraceView } from '../use-trace-view.ts';
import styles from './span-panel.module.css';

interface TagTableProps {
  readonly trace: TraceView;
  readonly attributes: Attributes;
  /** Given when traces can be searched for these tags. */
  readonly service?: string | undefined;
  readonly grouped?: boolean;
}

/** Tags with what can be done with them: copy, find traces with it, find it in this trace. */
export function TagTable({ trace, attributes, service, grouped = false }: TagTableProps): ReactNode {
  const own = useSection('panel', panelWords);
  if (attributes.length === 0) return <p className={styles.none}>{own.noTags}</p>;
  const groups = groupTags(attributes);
  if (!grouped || groups.length === 1)
    return <Tags tags={groups.flatMap(({ tags }) => tags)} trace={trace} service={service} />;
  return groups.map(({ prefix, tags }) => (
    <div key={prefix} className={styles.group}>
      <Tags tags={tags} trace={trace} service={service} />
    </div>
  ));
}

interface TagsProps {
  readonly tags: readonly Tag[];
  readonly trace: TraceView;
  readonly service: string | undefined;
}

function Tags({ tags, trace, service }: TagsProps): ReactNode {
  // Where nothing hovers, a tap on a tag shows what can be done with it.
  const [open, setOpen] = useState(-1);
  return (
    <dl className={styles.tags}>
      {tags.map(({ key, value }, at) => {
        const text = formatValue(value);
        return (
          <div key={`${key} ${at}`} data-open={open === at || undefined} onClick={() => setOpen(at)}>
            <dt>{key}</dt>
            <dd data-type={typeof value}>
              <TagValue text={text} />
              <TagActions tag={{ key, value }} text={text} trace={trace} service={service} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** Longer values are cut until somebody asks. */
const longValue = 400;

function TagValue({ text }: { readonly text: string }): ReactNode {
  const own = useSection('panel', panelWords);
  const [open, setOpen] = useState(false);
  const pretty = prettyJson(text) ?? text;
  if (pretty.length <= longValue || open) return <span className={styles.value}>{pretty}</span>;
  return (
    <span className={styles.value}>
      {pretty.slice(0, longValue)}…{' '}
      <button type="button" className={button.link} onClick={() => setOpen(true)}>
        {own.showMore}
      </button>
    </span>
  );
}

interface TagActionsProps extends Omit<TagsProps, 'tags'> {
  readonly tag: Tag;
  readonly text: string;
}

/** A value with more than this is no condition to search by. */
const longestCondition = 200;

function TagActions({ tag: { key, value }, text, trace, service }: TagActionsProps): ReactNode {
  const traceText = useSection('trace', traceWords);
  const own = useSection('panel', panelWords);
  const inFile = useInFile();
  const range = presetReaching(trace.model.tree.originMicros, Date.now());
  const condition = tagQuery('', key, value);
  const words = tagWords(key, value);
  return (
    <span className={styles.actions}>
      {!inFile && service !== undefined && condition.length <= longestCondition && (
        <Link
          to="/"
          search={{ q: tagQuery(service, key, value), ...(range === defaultRange ? {} : { range }) }}
          className={button.icon}
          aria-label={own.findTraces(condition)}
          title={own.findTraces(condition)}
        >
          <Filter size={13} />
        </Link>
      )}
      {words !== undefined && (
        <button
          type="button"
          className={button.icon}
          aria-label={own.findHere(words)}
          title={own.findHere(words)}
          onClick={() => trace.update((view) => ({ ...view, query: words }))}
        >
          <Search size={13} />
        </button>
      )}
      <CopyButton text={text} label={traceText.copyValue(key)} />
    </span>
  );
}
