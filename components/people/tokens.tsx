"use client";

import { useEffect, useState } from "react";
import { type Answer, call } from "@/lib/api/client";
import type { ApiToken, ApiTokenPage } from "@/lib/api/people";
import { type TokenScope, tokenScopes } from "@/lib/domain/roles";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { CheckboxGroup, RadioGroup } from "../ui/choices";
import { ConfirmDialog } from "../ui/dialog";
import { Select, TextField } from "../ui/field";
import { FormFailure } from "../ui/form-failure";
import { LoadMore } from "../ui/load-more";
import { Cell, RowButton, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";
import { NameField } from "./name-field";
import { SecretDialog } from "./secret-dialog";
import { useConfirmedChange } from "./use-confirmed-change";

/** A user's own API tokens, each to be revoked. Give it a `key` of where its first page ends. */
export function Tokens({ first }: { first: ApiTokenPage }) {
  const tokens = useCollection({
    of: "tokens",
    first,
    idOf: ({ id }: ApiToken) => id,
    load: async (cursor) => {
      const answer = await call("GET /tokens", { query: { cursor } });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  const revoking = useConfirmedChange(
    async (token: ApiToken) => {
      const answer = await call("DELETE /tokens/{id}", { path: { id: token.id } });
      if (answer.ok) tokens.remove(token);
      return answer;
    },
    () => "The token has been revoked.",
  );
  if (tokens.items?.length === 0) return <p className="text-muted">You have no tokens.</p>;
  return (
    <>
      <Table
        label="API tokens"
        columns={[
          "Name",
          { name: "For", wide: true },
          { name: "Made", wide: true },
          { name: "Last used", wide: true },
          "Expires",
          { name: "Actions", unseen: true },
        ]}
      >
        {tokens.items?.map((token) => (
          <tr key={token.id}>
            <Cell className="min-w-32 wrap-anywhere">
              <span dir="auto" className="font-medium">
                {token.name}
              </span>
              <div className="text-sm sm:hidden">
                <Purpose token={token} />
              </div>
            </Cell>
            <Cell className="hidden sm:table-cell">
              <Purpose token={token} />
            </Cell>
            <Cell className="hidden sm:table-cell">
              <TimeAgo at={token.created_at} />
            </Cell>
            <Cell className="hidden sm:table-cell">
              <TimeAgo at={token.last_used_at} />
            </Cell>
            <Cell>
              <Ending token={token} />
            </Cell>
            <Cell className="text-end">
              <RowButton label={`Revoke ${token.name}`} onClick={() => revoking.ask(token)}>
                Revoke
              </RowButton>
            </Cell>
          </tr>
        ))}
      </Table>
      {tokens.hasMore && <LoadMore busy={tokens.busy} onLoad={tokens.loadMore} />}
      <ConfirmDialog
        {...revoking.dialog}
        title={`Revoke ${revoking.asked?.name ?? ""}?`}
        confirm="Revoke"
        danger
      >
        Scripts that use it will be refused from now on.
      </ConfirmDialog>
    </>
  );
}

type ProjectChoice = { readonly slug: string; readonly title: string };

/** What is chosen for a new token before anybody chooses: as little as is of use, for as long as a project lasts. */
const beginning = {
  scopes: new Set(["read"]) as ReadonlySet<string>,
  isForAll: true,
  projects: new Set() as ReadonlySet<string>,
  ends: "90",
};

/** The button that makes a token, and shows it once. */
export function NewToken({ projects }: { projects: readonly ProjectChoice[] }) {
  const [limits, setLimits] = useState(beginning);
  const change = (some: Partial<typeof limits>) => setLimits((before) => ({ ...before, ...some }));

  async function send(written: (field: string) => string): Promise<Answer<string>> {
    const scopes = tokenScopes.filter((scope) => limits.scopes.has(scope));
    if (scopes.length === 0) return missing("scopes", "Choose what it may.");
    if (!limits.isForAll && limits.projects.size === 0) {
      return missing("projects", "Choose a project at least.");
    }
    const answer = await call("POST /tokens", {
      body: {
        name: written("name"),
        scopes,
        projects: limits.isForAll ? null : [...limits.projects],
        expires_at: expiryOf(limits.ends, written("last_day")),
      },
    });
    if (!answer.ok) return answer;
    setLimits(beginning);
    return { ok: true, value: answer.value.token };
  }

  return (
    <SecretDialog
      trigger={<Button icon="plus">New token</Button>}
      asking={{
        title: "New API token",
        description: "For a script that works in your name. Let it do no more than it needs.",
        button: "Make the token",
      }}
      made={{
        title: "Your new token",
        description: "Copy it now: it is not shown again.",
        label: "API token",
        hint: "Scripts send it as “Authorization: Bearer …”.",
      }}
      send={send}
    >
      {(form) => (
        <>
          <FormFailure
            form={form}
            fields={[
              "name",
              "scopes",
              "projects",
              ...(limits.ends === onADay ? ["expires_at"] : []),
            ]}
          />
          <NameField form={form} hint="What it is for, such as “nightly export”." />
          <CheckboxGroup
            label="It may"
            options={scopeOptions}
            chosen={limits.scopes}
            onChange={(scopes) => change({ scopes })}
            error={form.errorOf("scopes")}
          />
          <div>
            <RadioGroup
              label="In"
              name="where"
              value={limits.isForAll ? "all" : "some"}
              onValueChange={(value) => change({ isForAll: value === "all" })}
              options={[
                { value: "all", label: "All projects that you may see, later ones too" },
                { value: "some", label: "Some projects only", disabled: projects.length === 0 },
              ]}
            />
            {!limits.isForAll && (
              <div className="mt-1 ps-7">
                <CheckboxGroup
                  label="Projects"
                  hideLabel
                  options={projects.map(({ slug, title }) => ({ value: slug, label: title }))}
                  chosen={limits.projects}
                  onChange={(chosen) => change({ projects: chosen })}
                  error={form.errorOf("projects")}
                />
              </div>
            )}
          </div>
          <Select
            label="Until"
            value={limits.ends}
            onChange={({ target }) => change({ ends: target.value })}
            options={endings}
          />
          {limits.ends === onADay && (
            <TextField
              label="Last day"
              name="last_day"
              type="date"
              required
              min={new Date().toISOString().slice(0, 10)}
              hint="It works to the end of this day, in UTC."
              error={form.errorOf("expires_at")}
            />
          )}
        </>
      )}
    </SecretDialog>
  );
}

function missing(field: string, message: string): Answer<never> {
  return { ok: false, field, message, code: "invalid" };
}

const onADay = "day";
const never = "never";

const endings = [
  { value: "7", label: "In a week" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: onADay, label: "On a day…" },
  { value: never, label: "It is revoked" },
];

/** In milliseconds. */
const DAY = 86_400_000;

/** When a token ends, as the API has it; null if it does not by itself. */
function expiryOf(ends: string, lastDay: string): string | null {
  if (ends === never) return null;
  const at = ends === onADay ? Date.parse(lastDay) + DAY : Date.now() + Number(ends) * DAY;
  return new Date(at).toISOString();
}

const scopeOptions = [
  { value: "read", label: "Read", hint: "Articles, and the annotations that you may see" },
  { value: "annotate", label: "Annotate", hint: "Make, change and submit annotations of your own" },
  { value: "import", label: "Import", hint: "Bring articles in, and follow imports" },
  { value: "export", label: "Export", hint: "Datasets" },
  { value: "manage", label: "Manage", hint: "Members, settings, deleting and restoring" },
] as const satisfies readonly { value: TokenScope; label: string; hint: string }[];

function Purpose({ token: { scopes, projects } }: { token: ApiToken }) {
  const may =
    scopes.length === tokenScopes.length
      ? "Everything"
      : scopeOptions
          .filter(({ value }) => scopes.includes(value))
          .map(({ label }) => label)
          .join(", ");
  if (projects === null) return may;
  return (
    <>
      {may}
      <span dir="auto" className="block text-sm text-muted wrap-anywhere">
        {projects.length === 0
          ? "In no project that is left"
          : projects.map(({ title }) => title).join(", ")}
      </span>
    </>
  );
}

/** When a token ends, or that it has. Only the browser knows what time it is. */
function Ending({ token: { expires_at: at } }: { token: ApiToken }) {
  const [hasEnded, setHasEnded] = useState(false);
  useEffect(() => setHasEnded(at !== null && Date.parse(at) <= Date.now()), [at]);
  if (at === null) return <span className="text-muted">Never</span>;
  return hasEnded ? <Badge tone="danger">Expired</Badge> : <TimeAgo at={at} />;
}
