export type { ClientOptions } from './client-options.ts';
export { type Client, createClient, type RequestOptions } from './create-client.ts';
export { listAll, type Page } from './list-all.ts';
export { type CallListeners, type CallOutcome, runCall } from './run-call.ts';
