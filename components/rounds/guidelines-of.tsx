import { Link } from "../ui/link";

/** The guidelines that a round goes by, behind other facts; nothing where it goes by none. */
export function GuidelinesOf({
  project,
  version,
}: {
  /** By its short name. */
  project: string;
  version: number | null;
}) {
  if (version === null) return null;
  return (
    <>
      {" · "}
      <Link href={`/projects/${project}/guidelines/versions/${version}`} className="underline">
        Guidelines, version {version}
      </Link>
    </>
  );
}
