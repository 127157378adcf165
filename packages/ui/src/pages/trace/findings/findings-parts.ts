/** What the page needs once a trace stands: the search for findings, and all that shows them. Loaded as one. */
export { findFindingsInSteps } from '@spanwise/analysis';
export { FindingCards } from './finding-cards.tsx';
export { FindingList } from './finding-list.tsx';
export { FindingNotes } from './finding-notes.tsx';
