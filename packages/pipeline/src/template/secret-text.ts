/**
 * A text secrets are put into when its call is made, by whoever may open them. Only what the author has written as `${secrets.name}`
 * is a secret here; data that looks like it is text.
 */
export interface SecretText {
  /** JSON pointer to the text. */
  readonly at: string;
  /** What it is made of, in this order: texts as they are, and secrets by name. */
  readonly parts: readonly (string | { readonly secret: string })[];
}

/** The name of the secret an expression stands for; undefined for any other expression, also for one that does something with a secret. */
export function readSecretName(expression: string): string | undefined {
  return /^[ \t\r\n]*secrets\.([a-z][a-z0-9_]{0,63})[ \t\r\n]*$/.exec(expression)?.[1];
}

/** How a secret is shown wherever its value is not. */
export function writeSecret(name: string): string {
  return `\${secrets.${name}}`;
}
