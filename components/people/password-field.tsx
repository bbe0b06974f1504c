"use client";

import { type ComponentProps, useState } from "react";
import { Checkbox, TextField } from "../ui/field";

/** A password that can be shown, so that nobody has to type it twice. */
export function PasswordField(props: ComponentProps<typeof TextField>) {
  const [shown, setShown] = useState(false);
  return (
    <div className="space-y-2">
      <TextField
        {...props}
        type={shown ? "text" : "password"}
        dir="ltr"
        required
        autoCapitalize="none"
        spellCheck={false}
      />
      <Checkbox
        label="Show the password"
        checked={shown}
        onChange={(event) => setShown(event.target.checked)}
      />
    </div>
  );
}
