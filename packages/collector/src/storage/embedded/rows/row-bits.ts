/** The yes-or-no fields of a row, as one number. */
export const RowBits = { debug: 1, shared: 2, unfinished: 4 } as const;
