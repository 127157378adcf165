import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { servicesQuery } from '../api/queries.ts';
import { SuggestionList } from './suggestion-list.tsx';
import { matchingSuggestions } from '../model/suggestions.ts';
import { rangeOf } from '../model/sums-params.ts';
import { useSpeech } from '../words/language.tsx';

interface SuggestServicesProps {
  readonly input: { readonly current: HTMLInputElement | null };
  readonly text: string;
  /** Enter was pressed: goes to the chosen one, or the first. */
  readonly entered: boolean;
  /** Called when Enter was pressed and no service is called like the text. */
  readonly onNone: () => void;
  /** Called when the field is done with. */
  readonly onLeave: () => void;
}

const mostShown = 8;

/** The services whose names hold the text, under the field, which is a combobox as long as they are. */
export function SuggestServices({ input, text, entered, onNone, onLeave }: SuggestServicesProps): ReactNode {
  const { words } = useSpeech();
  const navigate = useNavigate();
  const id = useId();
  const { data } = useQuery(servicesQuery);
  const shown = useMemo(
    () => matchingSuggestions(data?.services.filter((name) => name !== '') ?? [], text, mostShown),
    [data, text],
  );
  const [chosen, setChosen] = useState<string>();
  const active = chosen === undefined ? -1 : shown.indexOf(chosen);
  const go = (service: string): void => {
    onLeave();
    void navigate({ to: '/services/$service', params: { service }, search: rangeOf });
  };
  useEffect(() => {
    if (!entered || data === undefined) return;
    const service = shown[Math.max(0, active)];
    if (service === undefined) onNone();
    else go(service);
  });
  useEffect(() => {
    const field = input.current;
    if (field === null) return undefined;
    const attributes = {
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-expanded': String(shown.length > 0),
      'aria-controls': `${id}-list`,
      ...(active !== -1 && { 'aria-activedescendant': `${id}-${active}` }),
    };
    for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
    const press = (event: KeyboardEvent): void => {
      const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      if (event.key === 'Escape') onLeave();
      if (by === 0 || shown.length === 0) return;
      event.preventDefault();
      // One place before the first is the field itself.
      setChosen(shown[((active + 1 + by + shown.length + 1) % (shown.length + 1)) - 1]);
    };
    field.addEventListener('keydown', press);
    return () => {
      for (const name of Object.keys(attributes)) field.removeAttribute(name);
      field.removeEventListener('keydown', press);
    };
  });
  if (shown.length === 0) return null;
  return (
    <SuggestionList id={id} label={words.services} shown={shown} active={active} onChoose={(at) => go(shown[at]!)} />
  );
}
