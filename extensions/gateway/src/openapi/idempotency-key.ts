import { createHash } from 'node:crypto';
import type { HttpRequest } from '@signalbox/openapi';
import { type CallRequest, isJsonObject } from '@signalbox/sdk';

const header = 'idempotency-key';
/** Under this key of `_meta` a run tells the key of its call: the same for every attempt. */
const metaKey = 'signalbox/idempotency-key';
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * A request of a run that changes something, with the key of its call, so that an API that knows `Idempotency-Key` does it once. What the
 * call, or the settings of the API, say under that name stays.
 */
export function withIdempotencyKey(
  request: HttpRequest,
  { params, interface: through }: Pick<CallRequest, 'params' | 'interface'>,
): HttpRequest {
  const meta = params['_meta'];
  const key = isJsonObject(meta) ? meta[metaKey] : undefined;
  if (through.name !== 'scheduler' || typeof key !== 'string' || safeMethods.has(request.method))
    return request;
  if (Object.keys(request.headers).some((name) => name.toLowerCase() === header)) return request;
  return { ...request, headers: { ...request.headers, [header]: toHeaderValue(key) } };
}

/** The key itself where a header can carry it, else its hash. */
function toHeaderValue(key: string): string {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  return createHash('sha256').update(key).digest('hex');
}
