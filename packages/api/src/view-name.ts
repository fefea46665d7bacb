import { z } from 'zod';

/** A slice of the catalog, by name. */
export const viewName = z
  .union([
    z.literal('all'),
    z.templateLiteral(['endpoint:', z.string().min(1).max(64)]),
    z.templateLiteral(['upstream:', z.string().min(1).max(64)]),
  ])
  .describe('all, endpoint:NAME or upstream:NAME');
