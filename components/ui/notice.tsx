import type { ReactNode } from "react";
import type { Tone } from "./badge";
import { classNames } from "./class-names";
import { Icon, type IconName } from "./icons";

const notices: Record<Exclude<Tone, "accent">, { icon: IconName; look: string }> = {
  neutral: { icon: "info", look: "border-line bg-sunken" },
  ok: { icon: "check", look: "border-ok/40 bg-ok-soft text-ok" },
  warn: { icon: "warning", look: "border-warn/40 bg-warn-soft text-warn" },
  danger: { icon: "error", look: "border-danger/40 bg-danger-soft text-danger" },
};

/** A remark on the page or on a whole form. A "danger" one is read out when it appears. */
export function Notice({
  tone = "neutral",
  compact = false,
  children,
}: {
  tone?: Exclude<Tone, "accent">;
  /** One of several strips, which the page itself has read out. */
  compact?: boolean;
  children: ReactNode;
}) {
  const { icon, look } = notices[tone];
  return (
    <div
      role={tone === "danger" && !compact ? "alert" : "note"}
      data-tone={tone}
      className={classNames(
        "flex gap-2.5 rounded-md border px-3",
        compact ? "py-1 text-sm" : "py-2.5",
        look,
      )}
    >
      <span className={compact ? "mt-1.5" : "mt-0.5"}>
        <Icon name={icon} />
      </span>
      <div className={classNames("min-w-0 grow text-ink", compact && "self-center")}>
        {children}
      </div>
    </div>
  );
}
