import { hash, parseOptions, verify } from "@node-rs/argon2";
import { Refusal } from "@/lib/domain/refusal";

/** OWASP's minimum for argon2id (the library's default algorithm): 19 MiB, two passes; about 20 ms. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash of nobody's password, at the cost above: what unknown accounts are checked against. */
export const nobodysHash =
  "$argon2id$v=19$m=19456,t=2,p=1$4L7gzY/pgP5e3Xb8ka/k8A$la4AxExLgyv50nVu5ldRkj0SO4G8Zfka6amWlb5TdOI";

/** The form in which a password is hashed: the same keys give the same text on every keyboard. */
export function normalisePassword(password: string): string {
  return password.normalize("NFKC");
}

/** The argon2id hash of a password, in PHC form with its own salt. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(normalisePassword(password), cost));
}

/**
 * Whether a password is the one of a hash. Without a hash (unknown account, no password) it takes as
 * long and says no, so that nobody learns by the clock which accounts exist.
 */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const matches = await inTurn(() => verify(stored ?? nobodysHash, normalisePassword(password)));
  return stored !== null && matches;
}

/** Whether a hash was made at another cost than today's, so that it is made anew when possible. */
export function isOutdated(stored: string): boolean {
  const { memoryCost, timeCost, parallelism } = parseOptions(stored);
  return (
    memoryCost !== cost.memoryCost || timeCost !== cost.timeCost || parallelism !== cost.parallelism
  );
}

/**
 * Hashing runs on Node's four worker threads, which also read files and look up names: two at once
 * leave it two, and a flood of sign-ins waits or is refused instead of stalling the process.
 */
const MAX_AT_ONCE = 2;
const MAX_WAITING = 100;

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MAX_AT_ONCE) {
    if (waiting.length >= MAX_WAITING) {
      throw new Refusal("unavailable", "Too many people sign in just now. Please try again.", {
        retry_after_seconds: 5,
      });
    }
    await new Promise<void>((resolve) => waiting.push(resolve)); // a finished one hands on its place
  } else {
    running += 1;
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
