import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';

/** One server as a client's configuration says it. */
export interface FoundServer {
  readonly name: string;
  readonly entry: JsonObject;
  /** The folder it belongs to, where the configuration says one. */
  readonly folder?: string;
}

/**
 * Finds the servers in a configuration, wherever one of the known clients puts them: `mcpServers` (Claude, Cursor,
 * Windsurf), `servers` and `mcp.servers` (VS Code), `mcp_servers` (Codex), and each project of Claude Code.
 */
export function findServers(config: JsonObject): FoundServer[] {
  const nested = isJsonObject(config['mcp']) ? config['mcp']['servers'] : undefined;
  const places = [
    config['mcpServers'],
    config['servers'],
    nested,
    config['mcp.servers'],
    config['mcp_servers'],
  ];
  const projects = isJsonObject(config['projects']) ? Object.entries(config['projects']) : [];
  return [
    ...places.flatMap((place) => serversIn(place)),
    ...projects.flatMap(([folder, project]) =>
      isJsonObject(project) ? serversIn(project['mcpServers'], folder) : [],
    ),
  ];
}

function serversIn(place: JsonValue | undefined, folder?: string): FoundServer[] {
  if (!isJsonObject(place)) return [];
  return Object.entries(place).flatMap(([name, entry]) =>
    isJsonObject(entry) ? [{ name, entry, ...(folder === undefined ? {} : { folder }) }] : [],
  );
}
