import { createContext, useContext } from 'react';

/** True in a saved file of one trace: there is no collector to ask, and no other view to go to. */
export const InFileContext = createContext(false);

/** Whether this page is a saved file. */
export function useInFile(): boolean {
  return useContext(InFileContext);
}
