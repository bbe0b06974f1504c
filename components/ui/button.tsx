import type { ComponentProps } from "react";
import { classNames } from "./class-names";
import { Icon, type IconName } from "./icons";
import { Link } from "./link";
import { Spinner } from "./spinner";
import "./held-enter";

type Variant = "primary" | "secondary" | "quiet" | "danger";
type Size = "small" | "medium";

/** The classes of a button, which app/controls.css draws. */
function lookOf(variant: Variant, size: Size, className: string | undefined): string {
  return classNames("button", variant, size, className);
}

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
      className={lookOf(variant, size, className)}
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
    <Link {...rest} className={lookOf(variant, size, className)}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </Link>
  );
}
