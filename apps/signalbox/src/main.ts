import { type Edge, processEdge } from './edge.ts';
import { readVersion } from './read-version.ts';

/** Runs the command line in this process and leaves its exit code there. */
export async function runMain(given: NodeJS.Process): Promise<void> {
  given.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that goes away (`| head`) ends the output, not the work: a hub goes on serving.
    if (error.code === 'EPIPE') return;
    given.stderr.write(`error: the result cannot be written (${error.code}); check where it goes\n`);
    given.exitCode = 1;
  });
  given.exitCode = await main(processEdge(given));
}

/** Runs one command line to its end and gives the exit code. Asking for the version loads nothing else. */
export async function main(edge: Edge): Promise<number> {
  const [first, ...others] = edge.argv;
  if ((first === '--version' || first === '-V') && others.length === 0) {
    edge.stdout.write(`${readVersion()}\n`);
    return 0;
  }
  const { runProgram } = await import('./program.ts');
  return runProgram(edge);
}
