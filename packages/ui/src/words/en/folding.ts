const plural = (n: number, one: string, many: string): string => (n === 1 ? one : many);

/** What is in the menu that folds. */
export const foldingWords = {
  foldLevels: 'Open levels',
  showLevels: (n: number, count: string) => plural(n, 'Show 1 level', `Show ${count} levels`),
  foldServices: 'Fold what these services call',
  foldAlike: 'Like siblings as one row',
};

export type FoldingWords = typeof foldingWords;
