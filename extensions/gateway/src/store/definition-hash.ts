import { createHash } from 'node:crypto';
import type { UpstreamDefinition } from '@signalbox/sdk';

/**
 * Names what an upstream's era and lists depend on. Values of its environment and headers are left out:
 * a new token does not make it another upstream.
 */
export function definitionHash(definition: UpstreamDefinition): string {
  return createHash('sha256')
    .update(JSON.stringify(factsOf(definition)))
    .digest('hex');
}

function factsOf(definition: UpstreamDefinition): unknown[] {
  if ('openapi' in definition) {
    const { openapi, baseUrl, include, exclude, tools, resources } = definition;
    return ['openapi', openapi, baseUrl ?? null, include, exclude, tools, resources];
  }
  if (!('url' in definition)) return ['stdio', run(definition), definition.era];
  return [
    'http',
    definition.url,
    Object.keys(definition.headers).sort(),
    run(definition.run),
    definition.era,
    // Left out where it says nothing, so that definitions from before there was a choice stay the same.
    ...(definition.transport === 'auto' ? [] : [definition.transport]),
  ];
}

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
  readonly cwd?: string | undefined;
}

function run(given: Command | undefined): unknown {
  if (!given) return null;
  return [given.command, given.args, Object.keys(given.env).sort(), given.cwd ?? null];
}
