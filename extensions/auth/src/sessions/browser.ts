import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Directory, Person } from '@signalbox/sdk';
import { fromBrowser } from '../trail/trail.ts';
import { cookieName, readCookie, writeCookie } from './cookies.ts';
import { type NewSession, type Session, type Sessions, sessionMs } from './sessions.ts';

/** A person in their browser. */
export interface SignedIn {
  readonly session: Session;
  readonly person: Person;
}

/** Knows who is signed in in a browser, and signs people in and out there. */
export class Browser {
  readonly #sessions: Sessions;
  readonly #directory: Directory;
  readonly #isHttps: () => boolean;

  constructor(sessions: Sessions, directory: Directory, isHttps: () => boolean) {
    this.#sessions = sessions;
    this.#directory = directory;
    this.#isHttps = isHttps;
  }

  readonly sessionOf = (request: IncomingMessage): Promise<Session | undefined> =>
    this.#sessions.find(readCookie(request, this.#name()));

  /** The person as they are now; undefined for nobody, and for one that is not active any more. */
  async find(request: IncomingMessage): Promise<SignedIn | undefined> {
    const session = await this.sessionOf(request);
    const person = session && (await this.#directory.findPerson(session.person));
    return session && person?.isActive ? { session, person } : undefined;
  }

  /** Signs a person in with a fresh session; the one before, if there was one, ends. Errors: `audit_unavailable`. */
  async signIn(request: IncomingMessage, response: ServerResponse, given: NewSession): Promise<Session> {
    const before = await this.sessionOf(request);
    const origin = fromBrowser(request);
    if (before) await this.#sessions.end(before.person, before.id, 'replaced', origin);
    const agent = request.headers['user-agent'] ?? '';
    const { cookie } = await this.#sessions.start({ ...given, agent }, origin);
    response.appendHeader(
      'set-cookie',
      writeCookie(this.#name(), cookie, this.#isHttps(), Math.floor(sessionMs / 1000)),
    );
    const session = await this.#sessions.find(cookie);
    if (!session) throw new Error('a session that was just started must be there');
    return session;
  }

  async signOut(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = await this.sessionOf(request);
    if (session) await this.#sessions.end(session.person, session.id, 'signed-out', fromBrowser(request));
    response.appendHeader('set-cookie', writeCookie(this.#name(), '', this.#isHttps(), 0));
  }

  #name(): string {
    return cookieName('signalbox-session', this.#isHttps());
  }
}
