import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';

/** Where a parameter goes. */
export type Place = 'path' | 'query' | 'header' | 'cookie';

/** How a parameter is written (OpenAPI 3.1, "Style Values"). */
export type Style =
  | 'simple'
  | 'label'
  | 'matrix'
  | 'form'
  | 'spaceDelimited'
  | 'pipeDelimited'
  | 'deepObject';

/** One parameter of a tool, and how its value gets into a request. */
export interface ParameterPlan {
  /** Its name among the tool's arguments. */
  readonly argument: string;
  readonly name: string;
  readonly in: Place;
  readonly isRequired: boolean;
  readonly style: Style;
  readonly explode: boolean;
  readonly allowReserved: boolean;
  /** True for a parameter with `content`: its value is written as JSON. */
  readonly isJson: boolean;
  readonly schema: JsonValue;
  readonly description: string;
}

const places: readonly Place[] = ['path', 'query', 'header', 'cookie'];

const styles: { readonly [place in Place]: readonly [Style, ...Style[]] } = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
};

/** These are the hub's to set; the specification says to ignore the first three ("Parameter Object"). */
const ownHeaders =
  /^(?:accept|content-type|authorization|host|connection|content-length|transfer-encoding|cookie)$/i;

/**
 * Gives each parameter its name among the arguments. The plain name belongs to the first of path, query, header, cookie
 * that uses it, `body` always to the body; the others are called `query_name`, `header_name`, `cookie_name`.
 */
export function parameterPlans(parameters: readonly JsonObject[]): ParameterPlan[] {
  const taken = new Set(['body']);
  return places.flatMap((place) =>
    parameters
      .filter((parameter) => parameter['in'] === place && !isOwnHeader(parameter))
      .map((parameter) => toPlan(parameter, place, taken)),
  );
}

function toPlan(parameter: JsonObject, place: Place, taken: Set<string>): ParameterPlan {
  const name = typeof parameter['name'] === 'string' ? parameter['name'] : '';
  const style = styles[place].find((each) => each === parameter['style']) ?? styles[place][0];
  const content = isJsonObject(parameter['content']) ? Object.values(parameter['content'])[0] : undefined;
  const described = isJsonObject(content) ? content['schema'] : parameter['schema'];
  const explode = parameter['explode'];
  return {
    argument: argumentName(name, place, taken),
    name,
    in: place,
    isRequired: place === 'path' || parameter['required'] === true,
    style,
    explode: typeof explode === 'boolean' ? explode : style === 'form' || style === 'deepObject',
    allowReserved: place === 'query' && parameter['allowReserved'] === true,
    isJson: content !== undefined,
    schema: described ?? {},
    description: typeof parameter['description'] === 'string' ? parameter['description'] : '',
  };
}

function argumentName(name: string, place: Place, taken: Set<string>): string {
  let argument = taken.has(name) || name === '__proto__' ? `${place}_${name}` : name;
  while (taken.has(argument)) argument = `${argument}_`;
  taken.add(argument);
  return argument;
}

function isOwnHeader({ in: place, name }: JsonObject): boolean {
  return place === 'header' && typeof name === 'string' && ownHeaders.test(name);
}
