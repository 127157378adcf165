import { settings } from '@spanwise/collector';
import { closest, distance } from 'fastest-levenshtein';

/** The collector's variables. Others that begin alike belong to traced applications and are none of its business. */
const known: readonly string[] = ['SPANWISE_CONFIG', ...settings.map(({ variable }) => variable)];
const mostEdits = 2;

/** A sentence for each variable that is set, means nothing, and is almost the name of a setting, or its beginning. */
export function misspeltVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('SPANWISE') && !known.includes(name))
    .map((name) => [name, meantBy(name)] as const)
    .filter(([, meant]) => meant.length > 0)
    .map(([name, meant]) => `${name} is no setting and changes nothing; did you mean ${meant.join(' or ')}?`);
}

function meantBy(name: string): string[] {
  const longer = known.filter((candidate) => candidate.startsWith(`${name}_`));
  if (longer.length > 0) return longer;
  const nearest = closest(name, known);
  return distance(name, nearest) <= mostEdits ? [nearest] : [];
}
