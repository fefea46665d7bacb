/** A typed name under which one extension offers something and others use it. */
export interface ServiceToken<Service> {
  readonly name: string;
  /** True when the service cannot leave the hub's process (an isolated extension never gets it). */
  readonly isInProcess: boolean;
  /** Carries the type; never present at run time. */
  readonly service?: Service;
}

/** Makes a service token; the same name is the same service. */
export function defineService<Service>(
  name: string,
  options: { inProcess?: boolean } = {},
): ServiceToken<Service> {
  return { name, isInProcess: options.inProcess ?? false };
}
