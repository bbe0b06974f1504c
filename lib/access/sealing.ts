import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const NONCE = 12;
const TAG = 16;

/**
 * Seals bytes (AES-256-GCM, under a key of its own for each purpose) so that whoever has the database and not
 * the server's secret can neither read nor exchange them.
 *
 * @param owner whose they are: sealed for one, they open for nobody else
 */
export function seal(plain: Buffer, purpose: string, owner: string, secret: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", keyOf(purpose, secret), nonce);
  cipher.setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** What was sealed; null if it was not sealed so: for somebody else, under another secret, or not by us. */
export function unseal(
  sealed: Uint8Array,
  purpose: string,
  owner: string,
  secret: string,
): Buffer | null {
  if (sealed.length < NONCE + TAG) return null;
  const decipher = createDecipheriv(
    "aes-256-gcm",
    keyOf(purpose, secret),
    sealed.subarray(0, NONCE),
    { authTagLength: TAG },
  );
  decipher.setAAD(Buffer.from(owner));
  decipher.setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]);
  } catch {
    return null;
  }
}

function keyOf(purpose: string, secret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", `gainsay ${purpose}`, 32));
}
