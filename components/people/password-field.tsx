"use client";

import { type ComponentProps, useState } from "react";
import { Checkbox } from "../ui/checkbox";
import { TextField } from "../ui/field";

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

/** A password that is chosen here. */
export function NewPasswordField(props: ComponentProps<typeof TextField>) {
  return (
    <PasswordField
      {...props}
      autoComplete="new-password"
      hint="At least 12 characters. Several unrelated words make a good one."
    />
  );
}

/** Whether API tokens end with the password that is changed. */
export function EndTokens() {
  return (
    <Checkbox
      name="end_tokens"
      label="End my API tokens too"
      hint="If somebody may have had the password. Scripts need new ones then."
    />
  );
}

/** Password managers want to know whose password it is. */
export function UsernameForPasswordManagers({ email }: { email: string }) {
  return <input type="text" name="email" value={email} autoComplete="username" readOnly hidden />;
}
