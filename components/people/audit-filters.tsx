import Form from "next/form";
import type { AuditFilter } from "@/lib/api/audit";
import { urlOf } from "@/lib/api/client";
import { type AuditKind, auditFormats, auditKinds, MAX_AUDIT_QUERY } from "@/lib/domain/audit";
import { Button } from "../ui/button";
import { Select, TextField } from "../ui/field";
import { Icon } from "../ui/icons";
import { Link } from "../ui/link";
import { kindOptions } from "./audit-wording";

/** What an address says of the filter of a trail; what cannot be understood of it is left out. */
export function auditFilterIn(
  query: Readonly<Record<string, string | string[] | undefined>>,
): AuditFilter {
  const told = (name: string) => {
    const value = query[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const day = (name: string) => {
    const value = told(name);
    const isDay = value !== undefined && /^\d{4}-\d\d-\d\d$/.test(value);
    return isDay && !Number.isNaN(Date.parse(value)) ? value : undefined;
  };
  const user = told("user");
  return {
    kind: auditKinds.find((one) => one === told("kind")),
    user: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(user ?? "") ? user : undefined,
    from: day("from"),
    to: day("to"),
    q: told("q")?.slice(0, MAX_AUDIT_QUERY),
  };
}

/** Narrows a trail down, and saves what is left as a file. Without scripts, too. */
export function AuditFilters({
  action,
  project,
  filter,
  kinds,
  actors,
}: {
  /** The page itself. */
  action: string;
  /** Whose trail it is; null for that of the whole site. */
  project: string | null;
  filter: AuditFilter;
  kinds: readonly AuditKind[];
  actors: readonly { readonly id: string; readonly name: string }[];
}) {
  const isNarrowed = Object.values(filter).some((value) => value !== undefined);
  return (
    <>
      <Form
        // What is chosen is read from the address, also after going back.
        key={JSON.stringify(filter)}
        action={action}
        className="mb-3 grid grid-cols-2 items-end gap-x-3 gap-y-3 sm:grid-cols-4"
      >
        <Select
          label="About"
          name="kind"
          defaultValue={filter.kind ?? ""}
          options={kindOptions(kinds)}
          className="col-span-2 sm:col-span-1"
        />
        <Select
          label="Who"
          name="user"
          defaultValue={filter.user ?? ""}
          options={[
            { value: "", label: "Anybody" },
            ...actors.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          className="col-span-2 sm:col-span-1"
        />
        <TextField label="From" name="from" type="date" defaultValue={filter.from ?? ""} />
        <TextField label="To" name="to" type="date" defaultValue={filter.to ?? ""} />
        <TextField
          label="Words in it"
          name="q"
          type="search"
          maxLength={MAX_AUDIT_QUERY}
          defaultValue={filter.q ?? ""}
          className="col-span-2 sm:col-span-3"
        />
        <div className="col-span-2 flex items-center gap-3 sm:col-span-1">
          <Button type="submit" icon="search">
            Show
          </Button>
          {isNarrowed && (
            <Link href={action} className="text-sm">
              Show all
            </Link>
          )}
        </div>
      </Form>
      <div className="mb-4 flex flex-wrap items-center gap-2 text-sm text-muted">
        <span>Days are in UTC. Save what is shown, to its end:</span>
        {auditFormats.map((format) => {
          const query = { ...filter, format };
          const href =
            project === null
              ? urlOf("GET /audit-events/export", { query })
              : urlOf("GET /projects/{project}/audit-events/export", { path: { project }, query });
          return (
            <a key={format} href={href} download className="button quiet small">
              <Icon name="download" size={16} />
              {format.toUpperCase()}
            </a>
          );
        })}
      </div>
    </>
  );
}
