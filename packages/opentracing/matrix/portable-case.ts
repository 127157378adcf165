/** What became of a case that neither passed nor failed: see `Outcome` of the testbed. */
export interface NotAsked {
  outcome: 'impossible' | 'absent';
}

/** A case of the suite and the part (the column of the table) to which it belongs. */
export interface PortableCase {
  part: string;
  /** Of a scope manager: which suite it belongs to. runner/columns.mjs has those that each column must run. */
  suite?: 'conformance' | 'scopeCheck' | 'testbed';
  name: string;
  /** Throws, or rejects, when the case fails. */
  run: () => void | Promise<void | NotAsked>;
}
