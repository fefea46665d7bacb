import type { RunningUpstream } from './upstream/start-upstream.ts';

/** How an upstream's entries are named where the client came in. */
export interface Names {
  /** A tool or prompt. */
  readonly named: (name: string) => string;
  readonly resourceUri: string;
  readonly pageUri: string;
  /** The URI a page has in its result. */
  readonly shownPageUri: string;
}

/** The names an upstream's entries have where it stands alone. */
export const ownNames: Names = {
  named: (name) => name,
  resourceUri: 'note://one',
  pageUri: 'page://7',
  shownPageUri: 'page://7',
};

/** The names an upstream's entries have beside those of the others; the first keeps the URIs all of them have. */
export function namesBeside({ name }: RunningUpstream, all: readonly RunningUpstream[]): Names {
  const isFirst = all.every((other) => other.name >= name);
  const uriOf = (uri: string): string => (isFirst ? uri : `signalbox://${name}/${encodeURIComponent(uri)}`);
  return {
    named: (own) => `${name}__${own}`,
    resourceUri: uriOf(ownNames.resourceUri),
    pageUri: uriOf(ownNames.pageUri),
    shownPageUri: uriOf(ownNames.pageUri),
  };
}
