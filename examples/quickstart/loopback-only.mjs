// The everything server listens on every address of the machine. Loaded before it, this keeps it on loopback.
import { Server } from 'node:net';

const listen = Reflect.get(Server.prototype, 'listen');

Server.prototype.listen = function listenOnLoopback(port, ...rest) {
  const hasHost = typeof port === 'object' || typeof rest[0] === 'string';
  return hasHost ? listen.call(this, port, ...rest) : listen.call(this, port, '127.0.0.1', ...rest);
};
