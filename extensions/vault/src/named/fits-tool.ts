import { compileGlob } from '@signalbox/policy';
import type { EntryIdentity } from '@signalbox/sdk';

/** True when one of the patterns names the tool: its upstream, a dot and its own name there, with `*` for any text. */
export function fitsTool(patterns: readonly string[], { source, originalName }: EntryIdentity): boolean {
  return patterns.some((pattern) => {
    // Names of upstreams have no dots, and nothing stands for them: another upstream never has a name that fits.
    const dot = pattern.indexOf('.');
    return dot > 0 && pattern.slice(0, dot) === source && compileGlob(pattern.slice(dot + 1))(originalName);
  });
}
