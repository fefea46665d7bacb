import type { JsonObject, JsonValue } from '@signalbox/sdk';
import { z } from 'zod';

/** Any JSON value. */
export const jsonValue: z.ZodType<JsonValue, JsonValue> = z
  .lazy(() =>
    z.union([
      z.string(),
      z.number(),
      z.boolean(),
      z.null(),
      z.array(jsonValue),
      z.record(z.string(), jsonValue),
    ]),
  )
  .meta({ id: 'JsonValue' });

/** Any JSON object; unknown members are kept. */
export const jsonObject: z.ZodType<JsonObject, JsonObject> = z
  .record(z.string(), jsonValue)
  .meta({ id: 'JsonObject' });
