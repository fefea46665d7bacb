export { mcp as default, mcp } from './extension.ts';
export { type LocalStreams, localStreams } from './stdio/local-streams.ts';
export { localProtocol } from './stdio/local-upgrade.ts';
