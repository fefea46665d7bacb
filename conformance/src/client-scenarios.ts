/** The scenarios of the client suite that need no sign-in, by the revision that requires them. */
export const clientScenarios: { readonly [revision: string]: readonly string[] } = {
  '2025-11-25': ['initialize', 'tools_call', 'elicitation-sep1034-client-defaults', 'sse-retry'],
  '2026-07-28': [
    'tools_call',
    'request-metadata',
    'sep-2322-client-request-state',
    'http-standard-headers',
    'http-custom-headers',
    'http-invalid-tool-headers',
    'json-schema-ref-no-deref',
  ],
};

/** Run and reported, not scored by the suite. */
export const unscoredClientScenarios: { readonly [revision: string]: readonly string[] } = {
  '2026-07-28': ['json-schema-2020-12-preservation'],
};
