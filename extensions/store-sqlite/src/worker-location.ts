/** Where the worker's entry is: beside this source, or beside the bundle this code was put into. */
export function workerLocation(moduleUrl: string): URL {
  return new URL(moduleUrl.endsWith('.ts') ? './worker.ts' : './store-sqlite-worker.mjs', moduleUrl);
}
