/** Settings under which nobody counts as gone, however slow the machine is: what is compared is what pipelines do, not what faults do. */
export const patient = { engine: { maxRuns: 200, pollMs: 1_000, leaseMs: 30_000 } };
