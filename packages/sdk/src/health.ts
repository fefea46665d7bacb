/** What a health check found. `degraded` still serves. */
export interface HealthReport {
  readonly status: 'ok' | 'degraded' | 'down';
  readonly reason?: string;
}

/** Where an extension says how it is. */
export interface Health {
  readonly check: (name: string, probe: () => HealthReport | Promise<HealthReport>) => void;
}
