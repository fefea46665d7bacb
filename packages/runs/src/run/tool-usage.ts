import { isJsonObject, type JsonObject, usageMeta } from '@signalbox/sdk';

/** What a call has cost, as its tool tells it. */
export interface ToolUsage {
  readonly cost?: number;
  readonly tokens?: number;
}

/** More than this nobody believes of one call. */
const mostCost = 1e12;
const mostTokens = 1e9;

/** What a result says it has cost. What is no number of at least 0 says nothing. */
export function usageOf(result: JsonObject): ToolUsage | undefined {
  const meta = result['_meta'];
  const said = isJsonObject(meta) ? meta[usageMeta] : undefined;
  if (!isJsonObject(said)) return undefined;
  const { cost, tokens } = said;
  return {
    ...(isAmount(cost, mostCost) ? { cost } : {}),
    ...(isAmount(tokens, mostTokens) ? { tokens: Math.ceil(tokens) } : {}),
  };
}

function isAmount(value: unknown, most: number): value is number {
  return typeof value === 'number' && value >= 0 && value <= most;
}
