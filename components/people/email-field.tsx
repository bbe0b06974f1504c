import type { ComponentProps } from "react";
import { TextField } from "../ui/field";

/** An e-mail address in any script: browsers' own e-mail fields rewrite or refuse those. */
export function EmailField(props: ComponentProps<typeof TextField>) {
  return (
    <TextField
      {...props}
      type="text"
      inputMode="email"
      dir="ltr"
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      maxLength={320}
    />
  );
}
