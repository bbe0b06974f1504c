import { z } from "zod";
import { roles } from "@/lib/domain/roles";

// Lengths here only bound the work; what a name or an address must be is decided in one place, where
// the command line passes too.
const Text = z.string().max(4000);
const Token = z.string().min(1).max(200);
export const RoleName = z.enum(roles);
const Time = z.iso.datetime();

export const IdPath = z.strictObject({ id: z.string().max(100) });
export const ProjectPath = z.strictObject({ project: z.string().max(100) });
export const ProjectItemPath = z.strictObject({
  project: z.string().max(100),
  id: z.string().max(100),
});

/** What somebody says of themselves when they get an account. */
const newcomer = { name: Text, email: Text, password: Text };

export const SetupRequest = z.strictObject({ token: Token, ...newcomer });

/** Without a newcomer it is the caller who accepts. */
export const AcceptRequest = z.strictObject({
  token: Token,
  newcomer: z.strictObject(newcomer).optional(),
});

export const HoldRequest = z.strictObject({ token: Token });

/** Where to begin: the slug of a project that has just been joined. */
export const ArrivalView = z.strictObject({ project: z.string().nullable() });

export const MeView = z.strictObject({
  id: z.uuid(),
  email: z.string(),
  name: z.string(),
  site_admin: z.boolean(),
  has_password: z.boolean(),
  identities: z.array(z.strictObject({ id: z.uuid(), provider: z.string() })),
});

export const ChangeMe = z.strictObject({ name: Text });

export const ChangePassword = z.strictObject({ current: Text, replacement: Text });

/** The link is told this once. */
export const PasswordLinkView = z.strictObject({ path: z.string() });

export const SpendPasswordLink = z.strictObject({ token: Token, password: Text });

export const UserView = z.strictObject({
  id: z.uuid(),
  email: z.string(),
  name: z.string(),
  site_admin: z.boolean(),
  disabled_at: Time.nullable(),
  created_at: Time,
});

export const UsersQuery = z.strictObject({
  /** Part of a name or an e-mail address. */
  q: z.string().max(320).default(""),
  /** As `next_cursor` gives it. */
  cursor: z.string().min(1).max(2000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const UsersView = z.strictObject({
  users: z.array(z.strictObject({ ...UserView.shape, projects: z.number().int() })),
  next_cursor: z.string().nullable(),
});

export const ChangeUser = z
  .strictObject({ disabled: z.boolean(), site_admin: z.boolean() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, "Say what to change.");

/** An invite to the site; with a project, into that too. */
export const NewInvite = z.strictObject({
  email: Text.nullable().default(null),
  site_admin: z.boolean().default(false),
  project: z
    .strictObject({ project: z.string().max(100), role: RoleName })
    .nullable()
    .default(null),
});

/** An invite into the project of the path. */
export const NewProjectInvite = z.strictObject({
  email: Text.nullable().default(null),
  role: RoleName,
});

export const InviteView = z.strictObject({
  id: z.uuid(),
  email: z.string().nullable(),
  site_admin: z.boolean(),
  project: z.strictObject({ slug: z.string(), title: z.string(), role: RoleName }).nullable(),
  from: z.string().nullable(),
  created_at: Time,
  expires_at: Time,
});

export const InvitesView = z.strictObject({ invites: z.array(InviteView) });

/** The link is told this once. */
export const NewInviteView = z.strictObject({ invite: InviteView, path: z.string() });

export const TokenView = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  created_at: Time,
  last_used_at: Time.nullable(),
});

export const TokensView = z.strictObject({ tokens: z.array(TokenView) });
export const NewToken = z.strictObject({ name: Text });

/** The token is told this once. */
export const NewTokenView = z.strictObject({ ...TokenView.shape, token: z.string() });

export const ProjectView = z.strictObject({
  id: z.uuid(),
  slug: z.string(),
  title: z.string(),
  /** What the caller may be in it. */
  role: RoleName,
  scheme_version: z.number().int(),
  created_at: Time,
});

export const ProjectsView = z.strictObject({ projects: z.array(ProjectView) });
export const NewProject = z.strictObject({ slug: z.string().max(200), title: Text });
export const ChangeProject = z.strictObject({ title: Text });

export const MemberView = z.strictObject({
  user: z.strictObject({
    id: z.uuid(),
    email: z.string(),
    name: z.string(),
    disabled_at: Time.nullable(),
  }),
  role: RoleName,
  since: Time,
});

export const MembersView = z.strictObject({ members: z.array(MemberView) });
export const NewMember = z.strictObject({ email: Text, role: RoleName });
export const ChangeMember = z.strictObject({ role: RoleName });
