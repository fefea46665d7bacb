import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const hubFile = z.object({
  url: z.url({ protocol: /^https?$/ }),
  pid: z.int().optional(),
  startedAt: z.number().optional(),
  version: z.string().optional(),
});

/** What a running hub wrote about itself into its data folder. */
export type HubFile = z.output<typeof hubFile>;

/** Reads `hub.json` of a data folder; undefined when no hub left one there. */
export async function readHubFile(dataDir: string): Promise<HubFile | undefined> {
  return readJson(join(dataDir, 'hub.json'), hubFile);
}

const pointer = z.object({ dataDir: z.string().min(1) });

/** The path of the file that names the hub this user started last. */
export function pointerPath(env: { readonly [name: string]: string | undefined }, home: string): string {
  const state = env['XDG_STATE_HOME'];
  const base = state === undefined || state === '' ? join(home, '.local', 'state') : state;
  return join(base, 'signalbox', 'current.json');
}

/** The data folder of the hub this user started last; undefined when there was none. */
export async function readPointer(
  env: { readonly [name: string]: string | undefined },
  home: string,
): Promise<string | undefined> {
  return (await readJson(pointerPath(env, home), pointer))?.dataDir;
}

async function readJson<Output>(path: string, schema: z.ZodType<Output>): Promise<Output | undefined> {
  try {
    const parsed = schema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
