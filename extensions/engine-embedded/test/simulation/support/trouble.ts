import type { SimulatedNode, Surroundings } from './simulated-node.ts';

const hour = 3_600_000;

/** What befalls whole nodes: they freeze beyond their leases, are stopped and started again, and their clocks are set. */
export class Trouble {
  readonly #around: Surroundings;
  readonly #nodes: () => readonly SimulatedNode[];
  #isOver = false;

  constructor(around: Surroundings, nodes: () => readonly SimulatedNode[]) {
    this.#around = around;
    this.#nodes = nodes;
  }

  /** From time to time. */
  begin(): void {
    const { clock, random } = this.#around;
    clock.after(random.between(500, 30_000), () => {
      if (this.#isOver) return;
      this.#strike();
      this.begin();
    });
  }

  /** All nodes go on, and their clocks are right. */
  end(): void {
    this.#isOver = true;
    this.#around.faults.end();
    for (const { life } of this.#nodes()) {
      life.jump(0);
      life.thaw();
    }
  }

  #strike(): void {
    const { random, faults, scenario } = this.#around;
    const node = random.pick(this.#nodes());
    if (node.life.isOver || node.life.isFrozen || !random.chance(0.4) || !faults.take()) return;
    const what = random.next();
    if (what < 0.4) node.freeze();
    else if (what < 0.6) node.die();
    else if (what < 0.8) void node.crew.stop().then(() => node.die());
    else if (scenario.jumps) this.#jump(node);
  }

  #jump({ life }: SimulatedNode): void {
    const { clock, random } = this.#around;
    life.jump(random.pick([-hour, hour]));
    clock.after(random.between(1_000, 120_000), () => life.jump(0));
  }
}
