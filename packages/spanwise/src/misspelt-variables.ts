import { settings } from '@spanwise/collector';
import { closest, distance } from 'fastest-levenshtein';

/** The collector's variables. Others that begin alike belong to traced applications and are none of its business. */
const known: readonly string[] = ['SPANWISE_CONFIG', ...settings.map(({ variable }) => variable)];
const mostEdits = 2;

/** A sentence for each variable that is set, means nothing, and is almost the name of a setting. */
export function misspeltVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('SPANWISE') && !known.includes(name))
    .map((name) => [name, closest(name, known)] as const)
    .filter(([name, meant]) => distance(name, meant) <= mostEdits)
    .map(([name, meant]) => `${name} is no setting and changes nothing; did you mean ${meant}?`);
}
