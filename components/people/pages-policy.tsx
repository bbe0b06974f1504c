"use client";

import { useState } from "react";
import { call } from "@/lib/api/client";
import type { Settings } from "@/lib/api/second-factors";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { FormFailure } from "../ui/form-failure";
import { toast } from "../ui/toast";
import { useForm } from "../ui/use-form";

/** Decides whether articles may be fetched from the web. */
export function PagesPolicy({ settings }: { settings: Settings }) {
  const [allowed, setAllowed] = useState(settings.pages_by_address);
  const form = useForm({
    send: () => call("PUT /settings", { body: { pages_by_address: allowed } }),
    onDone: ({ pages_by_address }) => {
      setAllowed(pages_by_address);
      toast.success(
        pages_by_address
          ? "Articles may be fetched from the web."
          : "No articles are fetched from the web any more.",
      );
    },
  });
  return (
    <form onSubmit={form.submit} className="space-y-4">
      <FormFailure form={form} />
      <Checkbox
        label="Whoever imports may have articles fetched by their addresses"
        checked={allowed}
        onChange={({ target }) => setAllowed(target.checked)}
        hint="This server then asks public sites for pages, under the name Gainsay, one page of a site after another, and keeps to what they let programs fetch (robots.txt). Addresses within networks are never asked."
      />
      <Button type="submit" busy={form.busy}>
        Save what may be fetched
      </Button>
    </form>
  );
}
