const numbers = new Intl.NumberFormat("en");

/** A number as people read it: "20,000". */
export function inFigures(value: number): string {
  return numbers.format(value);
}

/**
 * A number of things: "1 span", "20,000 spans", "0 spans".
 *
 * @param many what several are called, where that is not the one with an s
 */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${inFigures(count)} ${count === 1 ? one : many}`;
}
