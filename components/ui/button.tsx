import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";
import { Icon, type IconName } from "./icons";
import { Link } from "./link";
import { Spinner } from "./progress";
import { Tooltip } from "./tooltip";
import "./held-enter";

type Variant = "primary" | "secondary" | "quiet" | "danger";
type Size = "small" | "medium";

const shape =
  "inline-flex items-center justify-center gap-2 rounded-md border font-medium whitespace-nowrap no-underline select-none transition-colors aria-disabled:cursor-default disabled:cursor-default disabled:opacity-60 aria-disabled:opacity-60";

const variants: Record<Variant, string> = {
  primary:
    "border-accent bg-accent text-on-accent enabled:hover:border-accent-strong enabled:hover:bg-accent-strong [a&]:hover:border-accent-strong [a&]:hover:bg-accent-strong",
  secondary:
    "border-edge bg-surface text-ink enabled:hover:bg-sunken [a&]:hover:bg-sunken data-popup-open:bg-sunken",
  quiet:
    "border-transparent text-ink enabled:hover:bg-sunken [a&]:hover:bg-sunken data-popup-open:bg-sunken aria-pressed:bg-accent-soft aria-pressed:text-accent-strong",
  danger:
    "border-danger bg-danger text-on-danger enabled:hover:border-danger-strong enabled:hover:bg-danger-strong",
};

const sizes: Record<Size, string> = {
  small: "min-h-8 px-2.5 text-sm",
  medium: "min-h-10 px-4",
};

type Look = { variant?: Variant; size?: Size; icon?: IconName };

type ButtonProps = Look &
  ComponentProps<"button"> & {
    /** Something is under way: the button keeps its focus and its width but does nothing. */
    busy?: boolean;
  };

export function Button({
  variant = "secondary",
  size = "medium",
  icon,
  busy = false,
  type = "button",
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={busy ? "button" : type}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? undefined : onClick}
      className={classNames(shape, variants[variant], sizes[size], className)}
    >
      {busy ? <Spinner /> : icon ? <Icon name={icon} /> : null}
      {children}
    </button>
  );
}

/** A link that looks like a button: for going somewhere, where a button does something. */
export function ButtonLink({
  variant = "secondary",
  size = "medium",
  icon,
  className,
  children,
  ...rest
}: Look & ComponentProps<typeof Link>) {
  return (
    <Link {...rest} className={classNames(shape, variants[variant], sizes[size], className)}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </Link>
  );
}

type IconButtonProps = Omit<ComponentProps<"button">, "children" | "aria-label"> & {
  icon: IconName;
  /** What it does: its name for screen readers and its tooltip. */
  label: string;
  /** The keys that do the same, as `Kbd` takes them: "Ctrl+Z". */
  keys?: string;
  variant?: "secondary" | "quiet";
  size?: Size;
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
          shape,
          variants[variant],
          size === "small" ? "size-8" : "size-10",
          className,
        )}
      >
        <Icon name={icon} />
      </button>
    </Tooltip>
  );
}

/** A link in running text. */
export function TextLink({
  children,
  ...rest
}: ComponentProps<typeof Link> & { children: ReactNode }) {
  return (
    <Link
      {...rest}
      className="text-accent underline decoration-1 underline-offset-3 hover:text-accent-strong hover:decoration-2"
    >
      {children}
    </Link>
  );
}
