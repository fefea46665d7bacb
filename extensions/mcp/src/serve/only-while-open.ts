/** A way to the client that leads nowhere once it is closed: after its answer a request has nothing more to say. */
export function onlyWhileOpen(send: (text: string) => void): {
  readonly send: (text: string) => void;
  readonly close: () => void;
} {
  let isOpen = true;
  return {
    send: (text) => {
      if (isOpen) send(text);
    },
    close: () => {
      isOpen = false;
    },
  };
}
