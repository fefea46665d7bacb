import { z } from 'zod';
import { jsonValue } from './json-schema.ts';

/** What went wrong, as the API says it. The codes are those of the error reference. */
export const apiError = z
  .object({
    code: z.string(),
    message: z.string(),
    details: jsonValue.optional(),
    traceId: z.string().optional(),
  })
  .meta({ id: 'ApiError' });

/** What went wrong, as the API says it. */
export type ApiError = z.output<typeof apiError>;
