/** What makes a schema one that cannot be checked. Its place is a JSON pointer within the schema. */
export class SchemaFault extends Error {
  readonly pointer: string;

  constructor(pointer: string, message: string) {
    super(message);
    this.pointer = pointer;
  }
}
