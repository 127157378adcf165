/**
 * The suggestions that hold the text, without regard to case: those that start with it first, then those with a word
 * that does, then the rest, each group in the order given.
 */
export function matchingSuggestions(suggestions: readonly string[], text: string, limit: number): string[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return suggestions.slice(0, limit);
  const groups: [string[], string[], string[]] = [[], [], []];
  for (const suggestion of suggestions) {
    const at = suggestion.toLowerCase().indexOf(wanted);
    if (at === -1) continue;
    const group = at === 0 ? 0 : /[\p{L}\p{N}]/u.test(suggestion[at - 1] ?? '') ? 2 : 1;
    groups[group].push(suggestion);
  }
  return groups.flat().slice(0, limit);
}
