import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useId, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { tagKeysQuery } from '../../api/queries.ts';
import field from '../../components/field.module.css';
import { parseTag } from '../../model/traces-search.ts';
import { useSpeech } from '../../words/language.tsx';
import styles from './query-bar.module.css';

interface TagFieldProps {
  readonly service: string | undefined;
  readonly tags: readonly string[];
  readonly onChange: (tags: readonly string[]) => void;
}

/** Several `key=value` or `key` conditions as chips; keys are completed from the data. */
export function TagField({ service, tags, onChange }: TagFieldProps): ReactNode {
  const { words } = useSpeech();
  const [draft, setDraft] = useState('');
  const id = useId();
  const keys = useQuery(tagKeysQuery(service)).data?.keys ?? [];
  const add = (): void => {
    const tag = draft.trim();
    if (parseTag(tag) === undefined) return;
    setDraft('');
    if (!tags.includes(tag)) onChange([...tags, tag]);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && draft.trim() !== '') {
      event.preventDefault();
      add();
    }
    if (event.key === 'Backspace' && draft === '' && tags.length > 0) {
      event.preventDefault();
      setDraft(tags.at(-1) ?? '');
      onChange(tags.slice(0, -1));
    }
  };
  return (
    <div className={`${field.field} ${styles.tags}`}>
      <label className={field.label} htmlFor={id}>
        {words.tags}
      </label>
      <div className={styles.tagBox}>
        {tags.map((tag) => (
          <span key={tag} className={styles.chip}>
            <span title={tag}>{tag}</span>
            <button
              type="button"
              aria-label={words.removeTag(tag)}
              onClick={() => onChange(tags.filter((held) => held !== tag))}
            >
              <X size={12} />
            </button>
          </span>
        ))}
        <input
          id={id}
          value={draft}
          placeholder={tags.length === 0 ? words.tagsHint : ''}
          title={words.addTag}
          list={`${id}-keys`}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={add}
        />
        <datalist id={`${id}-keys`}>
          {keys.map((key) => (
            <option key={key} value={`${key}=`} />
          ))}
        </datalist>
      </div>
    </div>
  );
}
