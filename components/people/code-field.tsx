import type { ComponentProps } from "react";
import { TextField } from "../ui/field";

/** A code of an authenticator app; phones and password managers offer it. */
export function CodeField(props: ComponentProps<typeof TextField>) {
  return (
    <TextField
      {...props}
      dir="ltr"
      inputMode="numeric"
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={20}
      hint="Six digits."
    />
  );
}
