import type { ComponentProps, ReactNode } from "react";
import { Link } from "./link";

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
