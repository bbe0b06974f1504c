/** What an address says, each name once. */
export function onlyFirst(
  asked: Readonly<Record<string, string | string[] | undefined>>,
): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) {
    const [first] = [value].flat();
    if (first !== undefined) params.set(name, first);
  }
  return params;
}
