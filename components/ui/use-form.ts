"use client";

import { type FormEvent, useState } from "react";
import type { Answer, Failure } from "@/lib/api/client";

export type Form = ReturnType<typeof useForm>;

/**
 * A form that sends what is written in it to the API, and says what came of it.
 *
 * @param send given the text of a field by its name; "" where there is no such field
 * @param leaves whether `onDone` goes to another page: the form stays busy until that is there
 */
export function useForm<Value>({
  send,
  onDone,
  leaves = false,
}: {
  send: (written: (field: string) => string) => Promise<Answer<Value>>;
  onDone: (value: Value, form: HTMLFormElement) => void;
  leaves?: boolean;
}) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    const data = new FormData(form);
    setBusy(true);
    setFailure(null);
    const answer = await send((field) => String(data.get(field) ?? ""));
    if (!answer.ok || !leaves) setBusy(false);
    if (answer.ok) onDone(answer.value, form);
    else setFailure(answer);
  }

  return {
    busy,
    submit,
    /** Why it was not done; null while nothing is wrong. */
    failure,
    /** The same, if it is about this field. */
    errorOf: (field: string) => (failure?.field === field ? failure.message : null),
    forget: () => setFailure(null),
  };
}
