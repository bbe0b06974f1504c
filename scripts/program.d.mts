export function programOf(root: string, script: string): Promise<string | null>;
