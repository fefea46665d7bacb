import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { examples, type Run } from '../command.ts';
import type { Finding } from '../doctor/finding.ts';
import { cleanLine } from '../terminal/clean-text.ts';
import { paint, paintOfState } from '../terminal/paint.ts';

/** `doctor`: looks at everything a hub needs. */
export function addDoctor(parent: Command, run: Run): void {
  parent
    .command('doctor')
    .description('check everything a hub needs and say what to do; exit code 1 when something must be mended')
    .addHelpText('after', examples(['signalbox doctor', 'signalbox doctor -o json']))
    .action((_options: object, command: Command) =>
      run(command, async (context) => {
        const findings = await examine(context);
        print(context, findings);
        return findings.some(({ status }) => status === 'fail') ? 1 : 0;
      }),
    );
}

async function examine(context: CliContext): Promise<Finding[]> {
  const [{ checkNode }, { checkSettings }, { checkFiles }, { checkHub }, { checkStore }] = await Promise.all([
    import('../doctor/check-node.ts'),
    import('../doctor/check-settings.ts'),
    import('../doctor/check-files.ts'),
    import('../doctor/check-hub.ts'),
    import('../doctor/check-store.ts'),
  ]);
  const { findings: hubFindings, health } = await checkHub(context);
  const { finding, settings, dataDir: ownDataDir } = await checkSettings(context.clues, health?.configPath);
  const dataDir = health?.dataDir ?? ownDataDir;
  const files = dataDir === undefined ? [] : await checkFiles(dataDir, context.edge.platform);
  const isRunning = health !== undefined;
  const store = isRunning || settings ? [await checkStore(context, isRunning)] : [];
  const rest = isRunning ? await upstreamFindings(context) : await portFindings(settings?.core.http);
  return [checkNode(process.versions.node), finding, ...files, ...hubFindings, ...store, ...rest];
}

async function upstreamFindings(context: CliContext): Promise<Finding[]> {
  const { checkUpstreams } = await import('../doctor/check-upstreams.ts');
  return checkUpstreams(context);
}

async function portFindings(http: { host: string; port: number } | undefined): Promise<Finding[]> {
  if (!http) return [];
  const { checkPort } = await import('../doctor/check-port.ts');
  return [await checkPort(http.host, http.port)];
}

function print({ output, format }: CliContext, findings: readonly Finding[]): void {
  if (format === 'json') return output.result(`${JSON.stringify(findings, null, 2)}\n`);
  if (format === 'jsonl') return output.result(findings.map((one) => `${JSON.stringify(one)}\n`).join(''));
  for (const { status, check, detail, todo } of findings) {
    const mark = paint(output, paintOfState(status), status.padEnd(4));
    output.result(`${mark}  ${cleanLine(check)}: ${cleanLine(detail)}\n`);
    if (todo !== undefined) output.result(`      → ${cleanLine(todo)}\n`);
  }
}
