import { type ErrorFacts, errorTable } from '@signalbox/sdk';

/** The page of every error code, made from the table. */
export function errorsReference(): string {
  const lines = Object.entries(errorTable).map(([code, facts]) => row(code, facts));
  return [
    '# Error codes',
    '',
    'Made from the code by `npm run docs`. The same code on every wire: HTTP status of the API, JSON-RPC code for MCP clients, exit code',
    'of the command line (1 failure, 2 usage, 3 access, 4 not found, 5 upstream, 6 time).',
    '',
    '| code | HTTP | JSON-RPC | exit | may be tried again |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

function row(code: string, { http, jsonRpc, exit, isRetryable }: ErrorFacts): string {
  return `| \`${code}\` | ${http} | ${jsonRpc} | ${exit} | ${isRetryable ? 'yes' : ''} |`;
}
