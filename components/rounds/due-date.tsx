const calendar = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

/** Until when, behind other facts; nothing where that is open. */
export function DueDate({ at }: { at: string | null }) {
  if (at === null) return null;
  return (
    <>
      {" · due "}
      <time dateTime={at} className="whitespace-nowrap">
        {calendar.format(new Date(at))}
      </time>
    </>
  );
}
