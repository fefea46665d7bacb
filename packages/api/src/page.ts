import { z } from 'zod';

/** The two query parameters every list takes. */
export const pageQuery = {
  limit: z.coerce.number<number>().int().min(1).max(500).default(100).describe('Most items in one answer'),
  cursor: z
    .string()
    .min(1)
    .max(8192)
    .optional()
    .describe('Continue a list: the nextCursor of the answer before'),
};

/** One page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().optional().describe('Present when there is more'),
  });
}
