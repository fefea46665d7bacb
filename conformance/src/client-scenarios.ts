/** A run of the client suite: the scenarios of a revision, or those of extensions of the protocol. */
export interface ClientCell {
  readonly name: string;
  /** The revision whose frozen list is scored; absent for scenarios outside of every revision. */
  readonly revision?: string;
  /** Run and reported besides, not scored by the suite. */
  readonly further: readonly string[];
}

/** Every run of the client suite, in the order of the report. */
export const clientCells: readonly ClientCell[] = [
  { name: 'client 2025-11-25', revision: '2025-11-25', further: [] },
  { name: 'client 2026-07-28', revision: '2026-07-28', further: ['json-schema-2020-12-preservation'] },
  {
    name: 'client extensions',
    further: [
      'auth/client-credentials-basic',
      'auth/client-credentials-jwt',
      'auth/dpop',
      'auth/dpop-nonce',
      'auth/enterprise-managed-authorization',
      'auth/wif-jwt-bearer',
    ],
  },
];
