"use client";

import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { call } from "@/lib/api/client";
import { counted } from "@/lib/domain/figures";
import { Button } from "../ui/button";
import { TextArea } from "../ui/field";
import { FormFailure } from "../ui/form-failure";
import { Section } from "../ui/page";
import { TextLink } from "../ui/text-link";
import { useForm } from "../ui/use-form";

/** The most characters a list may have, as the API takes it. */
const LONGEST_LIST = 4_000_000;

/** Articles from the web, by the addresses of their pages. */
export function PagesForm({
  project,
  isAllowed,
  mayAllow,
}: {
  /** Its slug. */
  project: string;
  /** Whether a site admin has allowed it. */
  isAllowed: boolean;
  /** Whether they are a site admin. */
  mayAllow: boolean;
}) {
  return (
    <Section
      title="From the web"
      lead="Pages are fetched one after another, and the article is taken from each."
    >
      {isAllowed ? (
        <Addresses project={project} />
      ) : (
        <p className="text-muted">
          Fetching articles from the web is switched off here.{" "}
          {mayAllow ? (
            <>
              You can allow it on the page <TextLink href="/people#web">People</TextLink>.
            </>
          ) : (
            "A site admin can allow it."
          )}
        </p>
      )}
    </Section>
  );
}

function Addresses({ project }: { project: string }) {
  const router = useRouter();
  const [list, setList] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const form = useForm({
    send: () =>
      call("POST /projects/{project}/page-imports", { path: { project }, body: { list } }),
    leaves: true,
    onDone: ({ id }) => router.push(`/projects/${project}/import/${id}`),
  });

  async function take(chosen: File | undefined) {
    if (!chosen) return;
    const text = chosen.size > LONGEST_LIST ? null : await chosen.text().catch(() => null);
    setTrouble(text === null ? "The list could not be read, or is too long." : null);
    if (text !== null) setList(text);
  }

  const lines = list.split("\n").filter((line) => line.trim() !== "").length;
  return (
    <form onSubmit={form.submit} className="space-y-4">
      <FormFailure form={form} fields={["list"]} />
      <TextArea
        label="Addresses"
        name="list"
        value={list}
        onChange={(event) => {
          setList(event.target.value);
          setTrouble(null);
        }}
        rows={5}
        required
        dir="ltr"
        spellCheck={false}
        placeholder="https://"
        className="figures"
        error={trouble ?? form.errorOf("list")}
        hint="One a line; or a table with commas or tabs whose first row names its columns, one of them url. What it says of an article (title, publish_date, media_name, language) counts more than what the page says."
      />
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" icon="upload" busy={form.busy} disabled={lines === 0}>
          Fetch and import
        </Button>
        <Button variant="quiet" icon="file" onClick={() => file.current?.click()}>
          Choose a list
        </Button>
        {lines > 1 && <span className="figures text-muted">{counted(lines, "line")}</span>}
      </div>
      <input
        ref={file}
        type="file"
        hidden
        aria-label="A list of addresses"
        accept=".txt,.csv,.tsv,text/plain,text/csv"
        onChange={({ target }) => {
          void take(target.files?.[0]);
          target.value = ""; // the same file can be chosen again
        }}
      />
    </form>
  );
}
