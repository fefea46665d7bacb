/** Where a hub is, and the key to it. */
export interface HubLocation {
  readonly url: string;
  readonly key?: string;
}

/** What tells where the hub is: options of the command line, environment and folders. */
export interface HubClues {
  readonly url?: string;
  readonly keyFile?: string;
  readonly config?: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly cwd: string;
  readonly home: string;
}
