import type { Metadata } from "next";
import Form from "next/form";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { FactorPolicy } from "@/components/people/factor-policy";
import { InviteList, NewInvite } from "@/components/people/invites";
import { PagesPolicy } from "@/components/people/pages-policy";
import { Proving } from "@/components/people/proving";
import { Users } from "@/components/people/users";
import { Button, ButtonLink } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";
import { Page, PageHeader, Section } from "@/components/ui/page";
import { openInvitesPage } from "@/lib/workflow/invites";
import { projectsOf } from "@/lib/workflow/projects";
import { settingsOf } from "@/lib/workflow/settings";
import { usersPage } from "@/lib/workflow/users";

export const metadata: Metadata = { title: "People" };

export default async function PeoplePage({ searchParams }: PageProps<"/people">) {
  const actor = await requireActorOrSignIn();
  const { q } = await searchParams;
  const query = typeof q === "string" ? q.slice(0, 320) : "";
  const [first, invites, projects, settings] = await orNotFound(
    Promise.all([
      usersPage(actor, { q: query, limit: 50 }),
      openInvitesPage(actor, null),
      projectsOf(actor),
      settingsOf(actor),
    ]),
  );
  return (
    <Page>
      <PageHeader
        title="People"
        lead="Everybody with an account here."
        actions={
          <>
            <ButtonLink href="/people/audit">Audit trail</ButtonLink>
            <NewInvite to={projects.map(({ slug, title }) => ({ slug, title }))} />
          </>
        }
      />
      <Form action="/people" role="search" className="mb-4 flex items-end gap-2">
        <TextField
          label="Name or e-mail address"
          name="q"
          type="search"
          defaultValue={query}
          className="grow"
        />
        <Button type="submit" icon="search">
          Search
        </Button>
      </Form>
      <div className="mb-8">
        <Users key={query} first={first} query={query} me={actor.userId} />
      </div>
      <Section title="Open invites">
        <InviteList key={invites.next_cursor} first={invites} project={null} />
      </Section>
      <Section
        title="Second factors"
        lead="An authenticator app or a passkey, beside the password or the provider."
      >
        <FactorPolicy settings={settings} />
      </Section>
      <div id="web" className="scroll-mt-6">
        <Section title="Articles from the web" lead="Importing pages by their addresses.">
          <PagesPolicy settings={settings} />
        </Section>
      </div>
      <Proving />
    </Page>
  );
}
