import type { AskedAgreement } from "@/lib/api/agreement";
import { Button } from "../ui/button";
import { Select } from "../ui/field";

/** Of what the report is to be. Sent as the page's address, so that it works, and can be shared, as a link. */
export function ReportChoices({
  project,
  asked,
  rounds,
  labels,
  languages,
}: {
  project: string;
  asked: AskedAgreement;
  rounds: readonly { readonly number: number; readonly title: string }[];
  labels: readonly string[];
  languages: readonly string[];
}) {
  return (
    <form
      action={`/projects/${project}/agreement`}
      className="mb-6 grid grid-cols-2 items-end gap-3 sm:flex sm:flex-wrap"
    >
      <Select
        key={`round ${asked.round}`}
        name="round"
        label="Work of"
        className="sm:w-56"
        defaultValue={asked.round === null ? "" : String(asked.round)}
        options={[
          { value: "", label: "The whole project" },
          ...rounds.map(({ number, title }) => ({
            value: String(number),
            label: `Round ${number}: ${title}`,
          })),
        ]}
      />
      <Select
        key={`label ${asked.label}`}
        name="label"
        label="Label"
        className="sm:w-40"
        defaultValue={asked.label ?? ""}
        options={[
          { value: "", label: "All" },
          ...labels.map((label) => ({ value: label, label: label.replaceAll("_", " ") })),
        ]}
      />
      {languages.length > 1 && (
        <Select
          key={`language ${asked.language}`}
          name="language"
          label="Language"
          className="sm:w-40"
          defaultValue={asked.language ?? ""}
          options={[
            { value: "", label: "All" },
            ...languages.map((language) => ({ value: language, label: language })),
          ]}
        />
      )}
      <Select
        key={`unit ${asked.unit}`}
        name="unit"
        label="Positions are"
        className="sm:w-40"
        defaultValue={asked.unit}
        options={[
          { value: "token", label: "Words" },
          { value: "character", label: "Characters" },
        ]}
      />
      <Button type="submit">Show</Button>
    </form>
  );
}
