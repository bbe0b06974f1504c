import type { ComponentProps } from "react";
import { classNames } from "./class-names";
import { Icon, type IconName } from "./icons";
import { Tooltip } from "./tooltip";

type IconButtonProps = Omit<ComponentProps<"button">, "children" | "aria-label"> & {
  icon: IconName;
  /** What it does: its name for screen readers and its tooltip. */
  label: string;
  /** The keys that do the same, as `Kbd` takes them: "Ctrl+Z". */
  keys?: string | undefined;
  variant?: "secondary" | "quiet";
  size?: "small" | "medium";
};

export function IconButton({
  icon,
  label,
  keys,
  variant = "quiet",
  size = "medium",
  type = "button",
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip label={label} {...(keys ? { keys } : {})}>
      <button
        {...rest}
        type={type}
        aria-label={label}
        className={classNames(
          "button",
          variant,
          size === "small" ? "size-8" : "size-10",
          className,
        )}
      >
        <Icon name={icon} />
      </button>
    </Tooltip>
  );
}
