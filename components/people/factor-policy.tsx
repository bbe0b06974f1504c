"use client";

import { useState } from "react";
import { call } from "@/lib/api/client";
import type { Settings } from "@/lib/api/second-factors";
import { Button } from "../ui/button";
import { Select } from "../ui/field";
import { FormFailure } from "../ui/form-failure";
import { toast } from "../ui/toast";
import { useForm } from "../ui/use-form";

type Required = Settings["second_factors"];

const options: readonly { value: Required; label: string }[] = [
  { value: "of_nobody", label: "Nobody: everybody decides for themselves" },
  { value: "of_site_admins", label: "Site admins" },
  { value: "of_everybody", label: "Everybody" },
];

/** Decides of whom a second factor is asked. */
export function FactorPolicy({ settings }: { settings: Settings }) {
  const [required, setRequired] = useState(settings.second_factors);
  const form = useForm({
    send: () => call("PUT /settings", { body: { second_factors: required } }),
    onDone: ({ second_factors }) => {
      setRequired(second_factors);
      toast.success("This holds from the next request of everybody on.");
    },
  });
  return (
    <form onSubmit={form.submit} className="space-y-4">
      <FormFailure form={form} />
      <Select
        label="Who must have one"
        options={options}
        value={required}
        onChange={({ target }) => {
          const chosen = options.find(({ value }) => value === target.value);
          if (chosen) setRequired(chosen.value);
        }}
        hint="Whoever has none is led to set one up before anything else, you too. API tokens go on working."
      />
      <Button type="submit" busy={form.busy}>
        Save who must have one
      </Button>
    </form>
  );
}
