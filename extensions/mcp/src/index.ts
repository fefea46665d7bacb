export { mcp as default, mcp } from './extension.ts';
export { type LocalStreams, localStreams } from './streams/local-streams.ts';
export { localProtocol } from './streams/local-upgrade.ts';
