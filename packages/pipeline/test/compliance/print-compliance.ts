import { runCompliance } from './run-compliance.ts';

const { cases, deviations } = runCompliance();
for (const { file, expression, wanted, got } of deviations) {
  process.stdout.write(
    `${file}: ${expression}\n  wanted ${JSON.stringify(wanted)}\n  got    ${JSON.stringify(got)}\n`,
  );
}
process.stdout.write(`jmespath: ${cases - deviations.length} of ${cases}\n`);
process.exitCode = deviations.length > 0 || cases !== 892 ? 1 : 0;
