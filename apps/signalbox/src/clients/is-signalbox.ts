import { isJsonObject, type JsonObject } from '@signalbox/sdk';

/** True for an entry that leads to Signalbox itself: our program over stdio, a hub's address, or a hub's key. */
export function isSignalbox(entry: JsonObject, hubUrl?: string): boolean {
  const words = [entry['command'], ...(Array.isArray(entry['args']) ? entry['args'] : [])];
  const texts = words.filter((word) => typeof word === 'string');
  const isProgram = texts.some((word) => /(?:^|[/\\])signalbox(?:\.mjs|\.cmd|\.exe|@[\w.^~-]+)?$/.test(word));
  if (isProgram && texts.includes('mcp')) return true;
  if (carriesOurKey(entry)) return true;
  const address = [entry['url'], entry['serverUrl'], entry['httpUrl']].find((url) => typeof url === 'string');
  return address !== undefined && hubUrl !== undefined && isBelow(address, hubUrl);
}

/** The keys of our hubs begin so; it tells an entry for a hub that does not run now, or listens elsewhere. */
function carriesOurKey(entry: JsonObject): boolean {
  return [entry['headers'], entry['http_headers']].some(
    (headers) =>
      isJsonObject(headers) &&
      typeof headers['Authorization'] === 'string' &&
      headers['Authorization'].startsWith('Bearer sbx_'),
  );
}

function isBelow(address: string, hubUrl: string): boolean {
  const [url, hub] = [URL.parse(address), URL.parse(hubUrl)];
  return url !== null && hub !== null && url.origin === hub.origin;
}
