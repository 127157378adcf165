import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { servicesQuery } from '../api/queries.ts';
import field from './field.module.css';
import { SuggestionList } from './suggestion-list.tsx';
import { matchingSuggestions } from '../model/suggestions.ts';
import { rangeOf } from '../model/sums-params.ts';
import { servicesWords } from '../words/en/services.ts';
import { useSection, useSpeech } from '../words/language.tsx';

interface SuggestServicesProps {
  readonly input: { readonly current: HTMLInputElement | null };
  readonly text: string;
  /** Enter was pressed: goes to the chosen one, or the first. */
  readonly entered: boolean;
  /** Called when the field is done with. */
  readonly onLeave: () => void;
}

const mostShown = 8;

/** The services whose names hold the text, under the field, which is a combobox as long as they are. */
export function SuggestServices({ input, text, entered, onLeave }: SuggestServicesProps): ReactNode {
  const { words } = useSpeech();
  const own = useSection('services', servicesWords);
  const navigate = useNavigate();
  const id = useId();
  const { data } = useQuery(servicesQuery);
  const shown = useMemo(
    () => matchingSuggestions(data?.services.filter((name) => name !== '') ?? [], text, mostShown),
    [data, text],
  );
  const [chosen, setChosen] = useState<string>();
  const isWrong = entered && data !== undefined && shown.length === 0;
  const active = chosen === undefined ? -1 : shown.indexOf(chosen);
  const go = (service: string): void => {
    onLeave();
    void navigate({ to: '/services/$service', params: { service }, search: rangeOf });
  };
  useEffect(() => {
    const service = shown[Math.max(0, active)];
    if (entered && service !== undefined) go(service);
  });
  useEffect(() => {
    const box = input.current;
    if (box === null) return undefined;
    const attributes = {
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-expanded': String(shown.length > 0),
      'aria-invalid': String(isWrong),
      'aria-controls': `${id}-list`,
      ...(active !== -1 && { 'aria-activedescendant': `${id}-${active}` }),
    };
    for (const [name, value] of Object.entries(attributes)) box.setAttribute(name, value);
    const press = (event: KeyboardEvent): void => {
      const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      if (event.key === 'Escape') onLeave();
      if (by === 0 || shown.length === 0) return;
      event.preventDefault();
      // One place before the first is the field itself.
      setChosen(shown[((active + 1 + by + shown.length + 1) % (shown.length + 1)) - 1]);
    };
    box.addEventListener('keydown', press);
    return () => {
      for (const name of Object.keys(attributes)) box.removeAttribute(name);
      box.removeEventListener('keydown', press);
    };
  });
  if (isWrong)
    return (
      <span className={field.problem} role="alert">
        {own.notAnywhere}
      </span>
    );
  if (shown.length === 0) return null;
  return (
    <SuggestionList id={id} label={words.services} shown={shown} active={active} onChoose={(at) => go(shown[at]!)} />
  );
}
