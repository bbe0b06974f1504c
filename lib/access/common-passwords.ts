export function isEasilyGuessed(_password: string, _owner: readonly string[]): boolean {
  return false;
}
