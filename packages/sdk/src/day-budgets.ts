/** What the runs of an organization may use up on one day; of what is absent, as much as they want. */
export interface BudgetLimits {
  /** Calls of tools. */
  readonly calls?: number;
  /** As the tools tell it. */
  readonly cost?: number;
  /** As the tools tell it. */
  readonly tokens?: number;
  /** The time their calls took, together. */
  readonly seconds?: number;
}

/** The budget of an organization, and how far it is used up today. */
export interface DayBudget {
  /** Empty where the organization has none. */
  readonly limits: BudgetLimits;
  /** Counted only while there is a budget. */
  readonly spent: Readonly<Required<BudgetLimits>>;
  /** The UTC day, such as `2026-11-30`. */
  readonly day: string;
  /** When the next day begins, in UTC milliseconds. */
  readonly resetsAt: number;
}

/** The budgets of organizations. What is changed counts on this node at once, on others within a few seconds. Errors: those of the store. */
export interface DayBudgets {
  readonly read: (org: string) => Promise<DayBudget>;
  /** Puts limits in place of all there were; with none of them the organization has no budget. `by` is kept with them. */
  readonly set: (org: string, limits: BudgetLimits, by: string) => Promise<DayBudget>;
}
