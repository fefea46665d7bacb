import { connect, type Socket } from 'node:net';

/** What to send, and for how long. Given as JSON in the first argument; the result is JSON on standard output. */
export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  /** Text every good answer contains. */
  readonly expected: string;
  readonly connections: number;
  readonly durationMs: number;
}

/** What came of it. Latencies are in microseconds. */
export interface LoadResult {
  readonly requests: number;
  readonly errors: number;
  readonly stalledSeconds: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly seconds: number;
}

/** Sends one request after the other on each connection: a keep-alive HTTP/1.1 client on raw sockets. */
async function run(order: LoadOrder): Promise<LoadResult> {
  const request = Buffer.from(
    `POST ${order.path} HTTP/1.1\r\nhost: 127.0.0.1:${order.port}\r\n${Object.entries(order.headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}content-length: ${Buffer.byteLength(order.body)}\r\n\r\n${order.body}`,
  );
  const latenciesUs: number[] = [];
  let errors = 0;
  const started = performance.now();
  const end = started + order.durationMs;
  const perSecond = new Map<number, number>();
  const loops = Array.from({ length: order.connections }, async () => {
    const line = new Line(await open(order.port));
    while (performance.now() < end) {
      const before = performance.now();
      const answer = await line.exchange(request);
      const after = performance.now();
      if (!answer.startsWith('HTTP/1.1 200') || !answer.includes(order.expected)) errors++;
      latenciesUs.push((after - before) * 1000);
      const second = Math.floor((after - started) / 1000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    line.close();
  });
  await Promise.all(loops);
  const seconds = (performance.now() - started) / 1000;
  const whole = Math.floor(seconds);
  const stalledSeconds = Array.from({ length: whole }, (_, second) => perSecond.get(second) ?? 0).filter(
    (count) => count === 0,
  ).length;
  latenciesUs.sort((a, b) => a - b);
  const at = (share: number): number => latenciesUs[Math.floor(latenciesUs.length * share)] ?? 0;
  return { requests: latenciesUs.length, errors, stalledSeconds, p50Us: at(0.5), p99Us: at(0.99), seconds };
}

/** One connection with one request under way. */
class Line {
  readonly #socket: Socket;
  #received = '';
  #settle: { resolve: (answer: string) => void; reject: (error: Error) => void } | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', (error) => this.#settle?.reject(error));
    socket.on('close', () => this.#settle?.reject(new Error('the connection was closed')));
  }

  exchange(request: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#received += text;
    if (!isWhole(this.#received)) return;
    const answer = this.#received;
    this.#received = '';
    this.#settle?.resolve(answer);
  }
}

function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf('\r\n\r\n');
  if (headEnd === -1) return false;
  const length = /content-length: (\d+)/i.exec(answer.slice(0, headEnd))?.[1];
  if (length === undefined) return answer.endsWith('0\r\n\r\n');
  return answer.length >= headEnd + 4 + Number(length);
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '{}') as LoadOrder)));
