/** How long an expression may be, in characters. */
export const maxLength = 4_096;

/** How deep an expression, or a literal in it, may be nested. A path of plain names is one level, however long. */
export const maxDepth = 64;

/** How deep a value may be nested that is written as JSON or given away. */
export const maxResultDepth = 1_000;
