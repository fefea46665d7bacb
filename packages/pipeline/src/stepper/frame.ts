/** A running construct; the stepper's own, of no meaning to an engine. */
export interface Frame {
  readonly key: string;
}
