import type { FoldingWords } from '../en/folding.ts';

export const foldingWords: FoldingWords = {
  foldLevels: '展开层数',
  showLevels: (_n, count) => `显示 ${count} 层`,
  foldServices: '折叠这些服务的下级',
  foldAlike: '相似的同级跨度合为一行',
};
