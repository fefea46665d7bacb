import type { CallInterface, JsonObject, Level, Permission, Principal } from '@signalbox/sdk';

/** What a decision is about. The same object for the same thing, so that what was found out about it is kept with it. */
export interface Target {
  readonly kind: 'tool' | 'resource' | 'prompt';
  /** Whose it is; absent when every organization of the hub shares it. */
  readonly org?: string;
  readonly source: string;
  /** The name or URI the source gave. */
  readonly name: string;
  readonly minLevel: Level;
  /** What a tool says of itself (MCP, `ToolAnnotations`). */
  readonly annotations?: JsonObject;
  /** How far people have looked at its definition; absent counts as approved. */
  readonly review?: 'approved' | 'unreviewed' | 'quarantined';
}

/** May this principal, through this interface, use the target? */
export interface Question {
  readonly principal: Principal;
  readonly interface: CallInterface;
  readonly target: Target;
  /** True when it is only to be shown: what depends on arguments or the time is shown when it may be allowed. */
  readonly isListing?: boolean;
  /** True when it is to be used, it is not known yet with what and when: decided as for a list, with the scope a use takes. */
  readonly isOfAnyUse?: boolean;
  /** Called only when a rule looks at the arguments. */
  readonly args?: () => JsonObject;
  /** UTC milliseconds. */
  readonly atMs: number;
}

/** The permission a use of the target wants. */
export function permissionFor(kind: Target['kind'], isListing: boolean): Permission {
  if (kind === 'tool') return isListing ? 'tools:list' : 'tools:call';
  return kind === 'resource' ? 'resources:read' : 'prompts:read';
}
