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
    '## What old clients are spared',
    '',
    'Clients before 2025-06-18 get no structured output and no output schema; what a tool says as text is all they get. No legacy client gets',
    'marks of the modern era (`resultType`, `ttlMs`, `cacheScope`), and every modern one does, whatever the upstream speaks.',
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
