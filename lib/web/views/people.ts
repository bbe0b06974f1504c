import type { z } from "zod";
import type {
  InviteView,
  MemberView,
  MeView,
  ProjectView,
  TokenView,
  UserView,
} from "@/lib/api/schemas/people";
import type { Role } from "@/lib/domain/roles";

type UserShape = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly siteAdmin: boolean;
  readonly disabledAt: Date | null;
  readonly createdAt: Date;
};

export function userView(user: UserShape): z.input<typeof UserView> {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    site_admin: user.siteAdmin,
    disabled_at: user.disabledAt?.toISOString() ?? null,
    created_at: user.createdAt.toISOString(),
  };
}

export function meView(
  account: UserShape & {
    readonly hasPassword: boolean;
    readonly identities: readonly { readonly id: string; readonly provider: string }[];
  },
): z.input<typeof MeView> {
  return {
    id: account.id,
    email: account.email,
    name: account.name,
    site_admin: account.siteAdmin,
    has_password: account.hasPassword,
    identities: account.identities.map(({ id, provider }) => ({ id, provider })),
  };
}

export function inviteView(invite: {
  readonly id: string;
  readonly email: string | null;
  readonly siteAdmin: boolean;
  readonly role: Role | null;
  readonly project: { readonly slug: string; readonly title: string } | null;
  readonly creator: { readonly name: string } | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}): z.input<typeof InviteView> {
  const { project, role } = invite;
  return {
    id: invite.id,
    email: invite.email,
    site_admin: invite.siteAdmin,
    project: project && role && { slug: project.slug, title: project.title, role },
    from: invite.creator?.name ?? null,
    created_at: invite.createdAt.toISOString(),
    expires_at: invite.expiresAt.toISOString(),
  };
}

export function tokenView(token: {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}): z.input<typeof TokenView> {
  return {
    id: token.id,
    name: token.name,
    created_at: token.createdAt.toISOString(),
    last_used_at: token.lastUsedAt?.toISOString() ?? null,
  };
}

export function projectView(project: {
  readonly id: string;
  readonly slug: string;
  readonly title: string;
  readonly role: Role;
  readonly schemeVersion: number;
  readonly createdAt: Date;
}): z.input<typeof ProjectView> {
  return {
    id: project.id,
    slug: project.slug,
    title: project.title,
    role: project.role,
    scheme_version: project.schemeVersion,
    created_at: project.createdAt.toISOString(),
  };
}

export function memberView(member: {
  readonly role: Role;
  readonly createdAt: Date;
  readonly user: Pick<UserShape, "id" | "email" | "name" | "disabledAt">;
}): z.input<typeof MemberView> {
  const { id, email, name, disabledAt } = member.user;
  return {
    user: { id, email, name, disabled_at: disabledAt?.toISOString() ?? null },
    role: member.role,
    since: member.createdAt.toISOString(),
  };
}
