import type { makeCall } from '@signalbox/api';
import { type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { z } from 'zod';

/** The MCP parameters of a call. Throws `invalid_params` for a completion without `ref` and `argument`. */
export function toParams(body: z.output<(typeof makeCall)['body']>): JsonObject {
  if (body.kind === 'resource') return { ...body.params, uri: body.target };
  if (body.kind === 'completion') return completionParams(body.params ?? {});
  return { ...body.params, name: body.target, arguments: body.arguments ?? {} };
}

function completionParams(params: JsonObject): JsonObject {
  if (params['ref'] !== undefined && params['argument'] !== undefined) return params;
  throw new SignalboxError(
    'invalid_params',
    'a completion needs params.ref and params.argument; see completion/complete in MCP',
  );
}
