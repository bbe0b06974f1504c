import { Notice } from "./notice";
import type { Form } from "./use-form";

/** Why a form was not taken, unless one of its fields says so itself. */
export function FormFailure({
  form: { failure },
  fields = [],
}: {
  form: Pick<Form, "failure">;
  /** The fields that say what is wrong with them. */
  fields?: readonly string[];
}) {
  if (!failure || (failure.field !== null && fields.includes(failure.field))) return null;
  return <Notice tone="danger">{failure.message}</Notice>;
}
