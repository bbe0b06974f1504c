import type { Metadata } from "next";
import { refusalSentence } from "@/app/(auth)/refused-sign-in";
import { requireActorOrSignIn } from "@/app/session";
import { keptNames, signInProviders } from "@/app/sign-in-providers";
import { MailChoices } from "@/components/notifications/mail-choices";
import { Connections, PasswordForm } from "@/components/people/account";
import { Proving } from "@/components/people/proving";
import { RenameMyself } from "@/components/people/rename-form";
import { SecondFactors } from "@/components/people/second-factors";
import { Sessions } from "@/components/people/sessions";
import { NewToken, Tokens } from "@/components/people/tokens";
import { Notice } from "@/components/ui/notice";
import { Page, PageHeader, Section } from "@/components/ui/page";
import { mailChoicesOf } from "@/lib/workflow/notifying";
import { projectsOf } from "@/lib/workflow/projects";
import { factorsOf } from "@/lib/workflow/second-factors";
import { sessionsPage } from "@/lib/workflow/sessions";
import { tokensPage } from "@/lib/workflow/tokens";
import { myAccount } from "@/lib/workflow/users";

export const metadata: Metadata = { title: "Account" };

export default async function AccountPage({ searchParams }: PageProps<"/account">) {
  const actor = await requireActorOrSignIn();
  const [account, tokens, projects, factors, sessions, mail, query] = await Promise.all([
    myAccount(actor),
    tokensPage(actor),
    projectsOf(actor),
    factorsOf(actor),
    sessionsPage(actor),
    mailChoicesOf(actor),
    searchParams,
  ]);
  const refused = refusalSentence(query);
  const kept = new Set(account.identities.map(({ provider }) => provider));
  const connected = account.identities.map(({ id, provider }) => ({
    id,
    name: keptNames.get(provider)?.name ?? "A provider that is no longer in use",
  }));
  const unconnected = [...keptNames]
    .filter(([provider]) => !kept.has(provider))
    .map(([, provider]) => provider);
  return (
    <Page>
      <PageHeader title="Your account" />
      {refused && (
        <div className="mb-6">
          <Notice tone="danger">{refused}</Notice>
        </div>
      )}
      <Section title="You" lead={<>You sign in as {account.email}.</>}>
        <RenameMyself name={account.name} />
      </Section>
      {account.has_password && (
        <Section title="Password" lead="Changing it signs out your other browsers.">
          <PasswordForm email={account.email} />
        </Section>
      )}
      {(connected.length > 0 || signInProviders.length > 0) && (
        <Section title="Signing in through a provider">
          <Connections connected={connected} providers={unconnected} />
        </Section>
      )}
      <Section
        title="Second factors"
        lead="With one, whoever learns your password cannot sign in with it alone."
      >
        <SecondFactors {...factors} />
      </Section>
      <Section
        title="API tokens"
        lead="For scripts that work in your name."
        actions={<NewToken projects={projects.map(({ slug, title }) => ({ slug, title }))} />}
      >
        <Tokens key={tokens.next_cursor} first={tokens} />
      </Section>
      {mail.offered && (
        <div id="mail" className="scroll-mt-(--shell-height)">
          <Section
            title="Mail"
            lead="What you have read here is not mailed. Each mail has a few minutes’ worth."
          >
            <MailChoices kinds={mail.kinds} />
          </Section>
        </div>
      )}
      <Section
        title="Where you are signed in"
        lead="A session ends by itself after a week without use, and after 30 days in any case. API tokens are revoked one by one."
      >
        <Sessions key={sessions.next_cursor} first={sessions} />
      </Section>
      <Proving />
    </Page>
  );
}
