/** What became of a case that neither passed nor failed: see `Outcome` of the testbed. */
export interface NotAsked {
  outcome: 'impossible' | 'absent';
}

/** A case of the suite and the part (the column of the table) to which it belongs. */
export interface PortableCase {
  part: string;
  name: string;
  /** Throws, or rejects, when the case fails. */
  run: () => void | Promise<void | NotAsked>;
}
