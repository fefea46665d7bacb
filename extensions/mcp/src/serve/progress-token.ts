import { encodeNotification, metaKeys } from '@signalbox/protocol';
import { isJsonObject, type JsonObject } from '@signalbox/sdk';

/** The token under which a request wants progress; undefined when it wants none. */
export function progressTokenOf(params: JsonObject): string | number | undefined {
  const meta = params['_meta'];
  const token = isJsonObject(meta) ? meta[metaKeys.progressToken] : undefined;
  return typeof token === 'string' || typeof token === 'number' ? token : undefined;
}

/** A progress notification under the caller's token. */
export function progressNotification(token: string | number, progress: JsonObject): string {
  return encodeNotification('notifications/progress', { ...progress, progressToken: token });
}
