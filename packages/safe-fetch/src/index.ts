export type { Resolve } from './guarded-connector.ts';
export { isGlobalAddress } from './is-global-address.ts';
export { type FetchedWhole, safeFetch } from './safe-fetch.ts';
export { type FetchOptions, type FetchPolicy, SafeFetcher, type SafeResponse } from './safe-fetcher.ts';
