import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { CliContext } from '../../cli-context.ts';
import { writeAtomic } from '../../clients/write-atomic.ts';
import { pointerPath } from '../../hub/hub-file.ts';

const chosen = z.object({ org: z.string().min(1) });

/** The organization commands are about: SIGNALBOX_ORG, else the one of `org use`; undefined for the caller's own. */
export async function readChosenOrg({ edge }: CliContext): Promise<string | undefined> {
  const given = edge.env['SIGNALBOX_ORG'];
  if (given !== undefined && given !== '') return given;
  try {
    return chosen.safeParse(JSON.parse(await readFile(pathOf(edge), 'utf8'))).data?.org;
  } catch {
    return undefined;
  }
}

/** Keeps which organization commands are about from now on; undefined goes back to the caller's own. */
export async function chooseOrg({ edge }: CliContext, org: string | undefined): Promise<void> {
  const path = pathOf(edge);
  if (org === undefined) await rm(path, { force: true });
  else await writeAtomic(path, `${JSON.stringify({ org })}\n`);
}

function pathOf({ env, home }: CliContext['edge']): string {
  return join(dirname(pointerPath(env, home)), 'org.json');
}
