export class Trouble extends Error {}
export function step<T>(
  title: string,
  work: () => Promise<T>,
  options?: { evenIfQuick?: boolean },
): Promise<T>;
export function tell(line: string): void;
export function complain(error: unknown): void;
