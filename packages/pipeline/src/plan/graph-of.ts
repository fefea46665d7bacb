import type { Plan, PlanBlock, PlanStep } from './plan.ts';

/** Draws a pipeline as the text of a Mermaid flowchart. */
export function graphOf(plan: Plan): string {
  const lines: string[] = [];
  const names = new Map([...plan.steps.keys()].map((path, index) => [path, `s${index}`]));
  const drawing = { lines, nameOf: (step: PlanStep): string => names.get(step.path) ?? 's' };
  drawBlock(drawing, plan.main, '');
  for (const [title, block] of [
    ['on_failure', plan.onFailure],
    ['finally', plan.finally],
  ] as const)
    if (block) drawFrame(drawing, { title, id: title, block, indent: '' });
  return ['flowchart TD', ...lines.map((line) => `  ${line}`)].join('\n');
}

interface Drawing {
  readonly lines: string[];
  readonly nameOf: (step: PlanStep) => string;
}

function drawBlock(drawing: Drawing, block: PlanBlock, indent: string): void {
  const steps = block.steps.filter(({ id }) => !id.startsWith('$'));
  for (const step of steps) drawStep(drawing, step, indent);
  for (const [place, step] of steps.entries()) {
    const before = block.after?.[step.index] ?? (place === 0 ? [] : [place - 1]);
    for (const each of before) {
      const other = block.steps[each];
      if (other) drawing.lines.push(`${indent}${drawing.nameOf(other)} --> ${drawing.nameOf(step)}`);
    }
    const target = step.onError.kind === 'goto' ? block.steps[step.onError.index] : undefined;
    if (target) drawing.lines.push(`${indent}${drawing.nameOf(step)} -. error .-> ${drawing.nameOf(target)}`);
  }
}

function drawStep(drawing: Drawing, step: PlanStep, indent: string): void {
  const id = drawing.nameOf(step);
  const inner = blocksOf(step);
  drawing.lines.push(`${indent}${id}["${labelOf(step)}"]`);
  for (const [place, { title, block }] of inner.entries()) {
    drawFrame(drawing, { title, id: `${id}b${place}`, block, indent });
    drawing.lines.push(`${indent}${id} -.-> ${id}b${place}`);
  }
}

function drawFrame(
  drawing: Drawing,
  {
    title,
    id,
    block,
    indent,
  }: { readonly title: string; readonly id: string; readonly block: PlanBlock; readonly indent: string },
): void {
  drawing.lines.push(`${indent}subgraph ${id}["${escapeText(title)}"]`);
  drawBlock(drawing, block, `${indent}  `);
  drawing.lines.push(`${indent}end`);
}

function blocksOf({
  action,
  otherwise,
  onError,
}: PlanStep): readonly { readonly title: string; readonly block: PlanBlock }[] {
  const inner: { readonly title: string; readonly block: PlanBlock }[] = [];
  if (action.kind === 'foreach') inner.push({ title: 'for each item', block: action.body });
  if (action.kind === 'while') inner.push({ title: `while ${action.condition.source}`, block: action.body });
  if (action.kind === 'steps') inner.push({ title: 'steps', block: action.body });
  if (action.kind === 'parallel')
    inner.push(...action.branches.map((block, place) => ({ title: `branch ${place + 1}`, block })));
  if (action.kind === 'switch') {
    inner.push(...action.cases.map(({ when, block }) => ({ title: `when ${when.source}`, block })));
    if (action.otherwise) inner.push({ title: 'otherwise', block: action.otherwise });
  }
  if (otherwise) inner.push({ title: 'else', block: otherwise });
  if (onError.kind === 'steps') inner.push({ title: 'on error', block: onError.block });
  return inner;
}

function labelOf({ id, action, condition }: PlanStep): string {
  const what =
    action.kind === 'call' ? action.tool : action.kind === 'child' ? `task ${action.task}` : action.kind;
  return escapeText(`${id}: ${what}${condition ? ` (if ${condition.source})` : ''}`);
}

function escapeText(text: string): string {
  return text.replaceAll('"', '#quot;').replaceAll('\n', ' ').slice(0, 200);
}
