import type { JsonObject, JsonValue } from '@signalbox/sdk';
import { type Message, objectOf, readText, textOf } from '../message.ts';

/** An error a request was answered with. */
export class RpcFailure extends Error {
  readonly code: number;
  readonly data: JsonObject;

  constructor({ code, message, data }: JsonObject) {
    super(textOf(message));
    this.code = Number(code);
    this.data = objectOf(data);
  }
}

interface Waiting {
  readonly resolve: (result: JsonObject) => void;
  readonly reject: (error: Error) => void;
}

/** What came in over one connection: answers to their requests, questions to whom they are for, the rest kept. */
export class Exchange {
  readonly #onRequest: (message: Message) => void;
  readonly #waiting = new Map<JsonValue, Waiting>();
  readonly #notes: { readonly method: string; readonly params: JsonObject }[] = [];
  #checks: (() => void)[] = [];

  constructor(onRequest: (message: Message) => void) {
    this.#onRequest = onRequest;
  }

  readonly take = (text: string): void => {
    for (const message of readText(text)) this.#takeOne(message);
  };

  /** The answer to the request of an id; rejects with an {@link RpcFailure}. */
  answerTo(id: string | number): Promise<JsonObject> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** The request could not be sent. */
  fail(id: string | number, error: Error): void {
    this.#waiting.get(id)?.reject(error);
  }

  /** The parameters of every notification of a method so far. */
  notes(method: string): JsonObject[] {
    return this.#notes.filter((note) => note.method === method).map(({ params }) => params);
  }

  /** Resolves when there are more notifications of a method than so many. */
  moreThan(count: number, method: string): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (this.notes(method).length <= count) return;
        this.#checks = this.#checks.filter((each) => each !== check);
        resolve();
      };
      this.#checks.push(check);
      check();
    });
  }

  #takeOne(message: Message): void {
    const { id, method, params, result, error } = message;
    if (typeof method === 'string' && id !== undefined) return this.#onRequest(message);
    if (typeof method === 'string') {
      this.#notes.push({ method, params: objectOf(params) });
      for (const check of this.#checks) check();
      return;
    }
    const waiting = this.#waiting.get(id ?? null);
    if (!waiting) throw new Error(`an answer nobody waits for: ${JSON.stringify(message)}`);
    this.#waiting.delete(id ?? null);
    if (error === undefined) waiting.resolve(objectOf(result));
    else waiting.reject(new RpcFailure(objectOf(error)));
  }
}
