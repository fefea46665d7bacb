import {
  type Decision,
  decide,
  type Explanation,
  explain,
  findRefusal,
  firstPolicy,
  type Policy,
  type PolicyBook,
  type Refusal,
  type Target,
  type Wanted,
} from '@signalbox/policy';
import {
  type CallInterface,
  type Clock,
  type JsonObject,
  lowestLevel,
  type Principal,
  type Viewer,
} from '@signalbox/sdk';

/** Asks the policy of the principal's organization; every decision of the hub is made here. */
export class Access {
  readonly #book: () => PolicyBook | undefined;
  readonly #clock: Clock;

  /** The book is asked for at each decision: it comes with an extension, and goes with it. */
  constructor(book: () => PolicyBook | undefined, clock: Clock) {
    this.#book = book;
    this.#clock = clock;
  }

  /** May the target be used with these arguments? */
  decide(target: Target, { principal, interface: through }: Viewer, args: () => JsonObject): Decision {
    const question = { principal, interface: forUse(through), target, args, atMs: this.#clock.now() };
    return decide(this.#policyOf(principal), question);
  }

  /** May the target be used with any arguments, at any time? */
  decideAnyUse(target: Target, { principal, interface: through }: Viewer): Decision {
    const question = {
      principal,
      interface: forUse(through),
      target,
      isOfAnyUse: true,
      atMs: this.#clock.now(),
    };
    return decide(this.#policyOf(principal), question);
  }

  /** May the target be shown? */
  mayShow(target: Target, { principal, interface: through }: Viewer): boolean {
    const question = {
      principal,
      interface: forUse(through),
      target,
      isListing: true,
      atMs: this.#clock.now(),
    };
    return decide(this.#policyOf(principal), question).effect !== 'deny';
  }

  /** Why something is decided as it is, step by step. */
  explain(target: Target, { principal, interface: through }: Viewer, args: () => JsonObject): Explanation {
    const question = { principal, interface: forUse(through), target, args, atMs: this.#clock.now() };
    return explain(this.#policyOf(principal), question);
  }

  /** Why a principal may not administer; undefined when it may. */
  findRefusal(principal: Principal, through: CallInterface, wanted: Wanted): Refusal | undefined {
    return findRefusal(this.#policyOf(principal), { principal, through, atMs: this.#clock.now() }, wanted);
  }

  #policyOf({ org }: Principal): Policy {
    return this.#book()?.of(org) ?? firstPolicy;
  }
}

/** The way in as it counts where something is used: it may let administer more than it lets use. */
function forUse(through: CallInterface): CallInterface {
  const { useLevel, ...rest } = through;
  return useLevel === undefined ? through : { ...rest, level: lowestLevel(through.level, useLevel) };
}
