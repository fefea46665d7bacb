import { type CallChannels, isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';

const askable = ['elicitation', 'sampling', 'roots'] as const;

/** The capability a question of an upstream needs, as the specification writes it; undefined for an unknown method. */
export function neededCapability(method: string, params: JsonObject): JsonObject | undefined {
  if (method === 'elicitation/create')
    return { elicitation: params['mode'] === 'url' ? { url: {} } : { form: {} } };
  if (method === 'sampling/createMessage') {
    const needsTools = params['tools'] !== undefined || params['toolChoice'] !== undefined;
    return { sampling: needsTools ? { tools: {} } : {} };
  }
  return method === 'roots/list' ? { roots: {} } : undefined;
}

/** True when a client with these capabilities answers the question. */
export function canAnswer(capabilities: JsonObject, method: string, params: JsonObject): boolean {
  const needed = neededCapability(method, params);
  if (!needed) return false;
  return Object.entries(needed).every(([name, parts]) => hasParts(name, capabilities[name], parts));
}

/** What a modern upstream is told the client of one call can do: only what can be carried back to it. */
export function declaredCapabilities(channels: CallChannels | undefined, hasRoots: boolean): JsonObject {
  const declared: JsonObject = hasRoots ? { roots: {} } : {};
  if (!channels?.ask) return declared;
  for (const name of askable) {
    const given = channels.capabilities?.[name];
    if (isJsonObject(given)) declared[name] = given;
  }
  return declared;
}

function hasParts(name: string, given: JsonValue | undefined, parts: JsonValue): boolean {
  if (!isJsonObject(given) || !isJsonObject(parts)) return false;
  // An empty elicitation capability means forms (2025-11-25, client/elicitation).
  const has = name === 'elicitation' && Object.keys(given).length === 0 ? { form: {} } : given;
  return Object.keys(parts).every((part) => part in has);
}
