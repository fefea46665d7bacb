import {
  features,
  type Impossibility,
  impossibilityOf,
  impossibleFeatures,
  impossibleTransports,
  type SpokenVersion,
  spokenVersions,
  spokenWays,
  type Transport,
} from './compatibility.ts';

const transportNames: { readonly [transport in Transport]: string } = {
  stdio: 'stdio',
  http: 'Streamable HTTP',
  sse: 'HTTP+SSE',
  websocket: 'WebSocket',
};

const newerWords: readonly (readonly [since: string, what: string, before: string])[] = [
  ['2025-03-26', 'sound in results and prompts', 'a text with its type'],
  ['2025-03-26', 'annotations of tools, messages of progress, the capability `completions`', 'left out'],
  ['2025-06-18', 'links to resources in results and prompts', 'a text with name and URI'],
  ['2025-06-18', 'structured output and its schema, titles', 'left out; the text of a result stays'],
  ['2025-06-18', 'what was chosen before a completion', 'not told to the upstream'],
  ['2025-11-25', 'icons, the mode of a form', 'left out'],
  ['2025-11-25', 'choices with titles in a form', 'a list of values and one of titles'],
  [
    '2026-07-28',
    '`resultType`, `ttlMs`, `cacheScope`',
    'left out; made for modern clients of older upstreams',
  ],
];

/** The page of what works between which versions, made from the table the matrix test goes through. */
export function compatibilityReference(): string {
  const versions = spokenVersions.map(({ version }) => version);
  return [
    '# Compatibility',
    '',
    'Made from the code by `npm run docs`. A test (`test/matrix.test.ts`) goes through every version over every transport as client, and the',
    `same as upstream, ${spokenWays.length} × ${spokenWays.length} cells, through a running hub: ${features.join(', ')}.`,
    '',
    '## Transports',
    '',
    'The same for clients and upstreams. HTTP+SSE beyond 2024-11-05 is for old programs that have learned newer versions; WebSocket is a custom',
    'transport (specification/2025-11-25/basic/transports, "Custom Transports").',
    '',
    row(['version', ...Object.values(transportNames)]),
    row(['---', ...Object.values(transportNames).map(() => '---')]),
    ...spokenVersions.map(transportRow),
    '',
    '## Versions',
    '',
    'Rows are the version of the client, columns that of the upstream; each over all of its transports. A letter is explained below.',
    '',
    row(['client \\ upstream', ...versions]),
    row(['---', ...versions.map(() => '---')]),
    ...spokenVersions.map((client) =>
      row([client.version, ...spokenVersions.map((upstream) => cell(client, upstream))]),
    ),
    '',
    '## What cannot be had',
    '',
    row(['', 'what', 'what happens instead', 'page of the specification']),
    row(['---', '---', '---', '---']),
    ...[...Object.values(impossibleFeatures), ...impossibleTransports].map(impossibilityRow),
    '',
    '## What newer versions added',
    '',
    'Both sides are spoken to in the words of their version; what one of them does not know is left out or said in older words.',
    '',
    row(['since', 'what', 'before']),
    row(['---', '---', '---']),
    ...newerWords.map(([since, what, before]) => row([since, what, before])),
    '',
  ].join('\n');
}

function transportRow({ version, transports }: SpokenVersion): string {
  const names = Object.keys(transportNames) as Transport[];
  return row([
    version,
    ...names.map((name) => (transports.includes(name) ? 'yes' : `no ${markOf(version)}`)),
  ]);
}

function markOf(version: string): string {
  return impossibleTransports.find(({ what }) => what.startsWith(version))?.mark ?? '';
}

function cell(client: SpokenVersion, upstream: SpokenVersion): string {
  const missing = features.flatMap((feature) => {
    const impossibility = impossibilityOf(client, upstream, feature);
    return impossibility ? [`${feature} ${impossibility.mark}`] : [];
  });
  return missing.length === 0 ? 'all' : `all but ${missing.join(', ')}`;
}

function impossibilityRow({ mark, what, instead, page }: Impossibility): string {
  return row([mark, what, instead, `[${page}](https://modelcontextprotocol.io/specification/${page})`]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
