import {
  type CallInterface,
  defineService,
  type JsonObject,
  type Principal,
  type SubjectRef,
  type Viewer,
  type ViewName,
} from '@signalbox/sdk';
import type { Explanation } from './explain.ts';
import type { Target } from './target.ts';

/** A decision somebody wants to understand. */
export interface WhyQuestion {
  /** As whom: somebody who is here, or a subject of the directory with a credential that limits nothing. */
  readonly who: Principal | SubjectRef;
  readonly interface: CallInterface;
  readonly kind: Target['kind'];
  readonly view: ViewName;
  /** As the view shows it. */
  readonly target: string;
  readonly args: JsonObject;
  /** True for who administers: of anybody else's hidden targets is told nothing, as a call tells nothing. */
  readonly tellsHidden: boolean;
}

/** What was found out. */
export interface WhyAnswer extends Explanation {
  readonly source: string;
  readonly originalName: string;
}

/** Explains decisions, by the function that makes them. */
export interface DecisionExplainer {
  /**
   * Errors: `not_found` for a target nobody could call there, and for a subject that is not there or not active;
   * `rate_limited` for who asks for too many targets that are not there, or hidden from them.
   */
  readonly explain: (question: WhyQuestion) => Promise<WhyAnswer>;
  /** Whether somebody administers their organization (`admin:org`), and so may ask about others. */
  readonly isAdministrator: (viewer: Viewer) => boolean;
}

/** The kernel offers this. */
export const decisionExplainer = defineService<DecisionExplainer>('decision-explainer', { inProcess: true });
