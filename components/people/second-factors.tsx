"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useId, useState } from "react";
import { call } from "@/lib/api/client";
import type { Factor, Factors, NewFactor, TotpSetUp } from "@/lib/api/second-factors";
import { Button } from "../ui/button";
import { ConfirmDialog, Dialog } from "../ui/dialog";
import { FormFailure } from "../ui/form-failure";
import { Cell, RowButton, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { type Form, useForm } from "../ui/use-form";
import { CodeField } from "./code-field";
import { NameField } from "./name-field";
import { makePasskey } from "./passkeys";
import { RecoveryCodeList } from "./recovery-codes";
import { useConfirmedChange } from "./use-confirmed-change";

/** One's own second factors: to add, to remove, and the recovery codes beside them. */
export function SecondFactors({ factors, recovery_codes: codes, required }: Factors) {
  const router = useRouter();
  const removing = useConfirmedChange(
    ({ id }: Factor) => call("DELETE /me/factors/{id}", { path: { id } }),
    ({ name }) => `${name} has been removed.`,
  );
  const isLast = factors.length === 1;
  return (
    <div className="space-y-4">
      {factors.length === 0 ? (
        <p className="text-muted">You have none: your password alone lets you in.</p>
      ) : (
        <Table
          label="Second factors"
          columns={[
            "Name",
            { name: "Added", wide: true },
            "Last used",
            { name: "Actions", unseen: true },
          ]}
        >
          {factors.map((factor) => (
            <tr key={factor.id}>
              <Cell className="min-w-32">
                <span dir="auto" className="block font-medium wrap-anywhere">
                  {factor.name}
                </span>
                {factor.name !== kinds[factor.kind] && (
                  <span className="block text-sm text-muted">{kinds[factor.kind]}</span>
                )}
              </Cell>
              <Cell className="hidden sm:table-cell">
                <TimeAgo at={factor.created_at} />
              </Cell>
              <Cell>
                <TimeAgo at={factor.last_used_at} />
              </Cell>
              <Cell className="text-end">
                <RowButton label={`Remove ${factor.name}`} onClick={() => removing.ask(factor)}>
                  Remove
                </RowButton>
              </Cell>
            </tr>
          ))}
        </Table>
      )}
      <AddFactor onDone={() => router.refresh()} />
      {factors.length > 0 && <RecoveryCodes left={codes} />}
      <ConfirmDialog
        {...removing.dialog}
        title={`Remove ${removing.asked?.name ?? ""}?`}
        confirm="Remove"
        danger
      >
        {isLast && required
          ? "You must have a second factor here: add another one first."
          : isLast
            ? "It is your only one. Your password alone will let you in, and your recovery codes are void."
            : "It no longer lets you in. Your other second factors stay."}
      </ConfirmDialog>
    </div>
  );
}

const kinds = { totp: "Authenticator app", passkey: "Passkey" } as const;

/** Where somebody who must have a second factor adds the first. */
export function FirstFactor({ next }: { next: string }) {
  return <AddFactor wide onDone={() => location.assign(next)} />;
}

/** The two ways to add one. */
function AddFactor({ wide = false, onDone }: { wide?: boolean; onDone: () => void }) {
  return (
    <div className={wide ? "flex flex-col gap-2" : "flex flex-wrap gap-2"}>
      <AddTotp onDone={onDone} />
      <AddPasskey onDone={onDone} />
    </div>
  );
}

/** What a factor was added by leaves for the end: the recovery codes, where it is the first. */
function useAdded(onDone: () => void) {
  const [open, setOpen] = useState(false);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [isAdded, setAdded] = useState(false);
  return {
    open,
    codes,
    begin: () => {
      setCodes(null);
      setAdded(false);
      setOpen(true);
    },
    add: ({ factor, recovery_codes }: NewFactor) => {
      toast.success(`${factor.name} has been added.`);
      setAdded(true);
      setCodes(recovery_codes);
      if (recovery_codes !== null) return;
      setOpen(false);
      onDone();
    },
    close: () => {
      setOpen(false);
      if (isAdded) onDone();
    },
  };
}

function AddTotp({ onDone }: { onDone: () => void }) {
  const added = useAdded(onDone);
  const [busy, setBusy] = useState(false);
  const [setUp, setSetUp] = useState<TotpSetUp | null>(null);
  const form = useForm({
    send: (written) =>
      call("POST /me/factors/totp", {
        body: { name: written("name"), code: written("code"), sealed: setUp?.sealed ?? "" },
      }),
    onDone: added.add,
  });

  async function begin() {
    setBusy(true);
    const answer = await call("POST /me/factors/totp/begin", {});
    setBusy(false);
    if (!answer.ok) {
      toast.error(answer.message);
      return;
    }
    setSetUp(answer.value);
    form.forget();
    added.begin();
  }

  return (
    <>
      <Button icon="plus" busy={busy} onClick={() => void begin()}>
        Add an authenticator app
      </Button>
      <AddingDialog
        added={added}
        form={form}
        title="Add an authenticator app"
        description="An app on your phone that shows a new code every 30 seconds."
        button="Add it"
      >
        {setUp && (
          <>
            <FormFailure form={form} fields={["name", "code"]} />
            {/* biome-ignore lint/performance/noImgElement: it comes with the answer, and from nowhere else */}
            <img
              src={`data:image/svg+xml,${encodeURIComponent(setUp.qr)}`}
              alt="The secret as a QR code, to be scanned with the app"
              className="mx-auto size-52 rounded-md border border-line"
            />
            <p className="text-center text-sm text-muted">
              Or type this secret:{" "}
              <code dir="ltr" className="block font-mono text-ink select-all">
                {setUp.secret.replace(/(.{4})(?=.)/g, "$1 ")}
              </code>
            </p>
            <CodeField
              label="The code that the app shows now"
              name="code"
              required
              autoFocus
              error={form.errorOf("code")}
            />
            <NameField
              form={form}
              defaultValue="Authenticator app"
              hint="By which you know it again."
            />
          </>
        )}
      </AddingDialog>
    </>
  );
}

/** A dialog in which one is added: its form, then the recovery codes where there are new ones. */
function AddingDialog({
  added,
  form,
  title,
  description,
  button,
  children,
}: {
  added: ReturnType<typeof useAdded>;
  form: Form;
  title: string;
  description: string;
  /** What sends the form. */
  button: string;
  /** The fields of the form. */
  children: ReactNode;
}) {
  const id = useId();
  return (
    <Dialog
      open={added.open}
      onOpenChange={(open) => !open && added.close()}
      {...(added.codes !== null
        ? shown(added.codes, added.close)
        : {
            title,
            description,
            footer: (
              <Button key="add" type="submit" form={id} variant="primary" busy={form.busy}>
                {button}
              </Button>
            ),
            children: (
              <form id={id} onSubmit={form.submit} className="space-y-4">
                {children}
              </form>
            ),
          })}
    />
  );
}

/** What a dialog shows of new recovery codes. */
const shown = (codes: readonly string[], onKept: () => void) => ({
  title: "Your recovery codes",
  description:
    "If you lose your second factor, each of these lets you in once. Keep them where you keep your passwords: they are not shown again.",
  footer: (
    <Button key="done" variant="primary" onClick={onKept}>
      I have kept them
    </Button>
  ),
  children: <RecoveryCodeList codes={codes} />,
});

function AddPasskey({ onDone }: { onDone: () => void }) {
  const added = useAdded(onDone);
  const form = useForm({
    send: async (written) => {
      const options = await call("POST /me/factors/passkey/begin", {});
      if (!options.ok) return options;
      const made = await makePasskey(options.value);
      if (!made.ok) return made;
      return call("POST /me/factors/passkey", {
        body: { name: written("name"), passkey: { ...made.value } },
      });
    },
    onDone: added.add,
  });
  return (
    <>
      <Button
        icon="plus"
        onClick={() => {
          form.forget();
          added.begin();
        }}
      >
        Add a passkey
      </Button>
      <AddingDialog
        added={added}
        form={form}
        title="Add a passkey"
        description="This device, your phone or a security key: you confirm with a finger, your face or a PIN. It works at this address of Gainsay only."
        button="Go on"
      >
        <FormFailure form={form} fields={["name"]} />
        <NameField
          form={form}
          defaultValue="Passkey"
          hint="By which you know it again, such as “my phone”."
        />
      </AddingDialog>
    </>
  );
}

/** How many are left, and new ones in their place. */
function RecoveryCodes({ left }: { left: number }) {
  const router = useRouter();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const renewing = useConfirmedChange(
    async (_: "all") => {
      const answer = await call("POST /me/recovery-codes", {});
      if (answer.ok) setCodes(answer.value.recovery_codes);
      return answer;
    },
    () => "There are new recovery codes.",
  );
  const close = () => {
    setCodes(null);
    router.refresh();
  };
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 border-t border-line pt-4">
      <p>
        {left === 0 && <strong>No recovery codes are left.</strong>}
        {left === 1 && "One recovery code is left."}
        {left > 1 && `${left} recovery codes are left.`}
      </p>
      <Button size="small" onClick={() => renewing.ask("all")}>
        New recovery codes
      </Button>
      <ConfirmDialog {...renewing.dialog} title="Make new recovery codes?" confirm="Make new ones">
        The old ones are void from then on.
      </ConfirmDialog>
      <Dialog
        open={codes !== null}
        onOpenChange={(open) => !open && close()}
        {...shown(codes ?? [], close)}
      />
    </div>
  );
}
