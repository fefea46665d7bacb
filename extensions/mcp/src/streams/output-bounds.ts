/** While so many bytes wait to be read by a client, nothing more of it is taken. */
export const fullBytes = 1_048_576;

/** So much may wait for a client that does not read; then it is let go. */
export const maxBehindBytes = 16_777_216;
