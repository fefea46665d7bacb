import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';

/**
 * The address an operation's path is appended to: the first of its servers, with the defaults of the variables in it,
 * relative to where the document came from (OpenAPI 3.1, "Server Object"). No slash at the end.
 * Errors: `upstream_invalid_answer` when that gives no http address.
 */
export function serverUrl(servers: readonly JsonObject[], documentUrl: string | undefined): string {
  const [server] = servers;
  const given = typeof server?.['url'] === 'string' ? server['url'] : '/';
  const filled = fillVariables(given, isJsonObject(server?.['variables']) ? server['variables'] : {});
  const isUsable = URL.canParse(filled, documentUrl);
  const url = isUsable ? new URL(filled, documentUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new SignalboxError(
      'upstream_invalid_answer',
      `the document names the server ${JSON.stringify(given.slice(0, 100))}, which is no whole http address; set baseUrl`,
    );
  }
  return trimSlash(`${url.origin}${url.pathname}`);
}

/** An address without slashes at its end, so that a path can follow. */
export function trimSlash(address: string): string {
  let end = address.length;
  while (address[end - 1] === '/') end -= 1;
  return address.slice(0, end);
}

function fillVariables(template: string, variables: JsonObject): string {
  return template.replaceAll(/\{([^{}]{1,200})\}/g, (whole, name: string) => {
    const variable = variables[name];
    const value = isJsonObject(variable) ? variable['default'] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : whole;
  });
}
