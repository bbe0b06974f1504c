import type { AuditEvent } from "@/lib/api/audit";
import type { AuditAction, AuditKind } from "@/lib/domain/audit";
import { counted } from "@/lib/domain/figures";

const kinds: Readonly<Record<AuditKind, string>> = {
  sign_in: "Signing in",
  refusal: "What was refused",
  account: "Accounts",
  token: "API tokens",
  invite: "Invites",
  member: "Members",
  project: "Projects",
  article: "Articles and imports",
  round: "Rounds",
  dataset: "Exports",
};

/** What a trail can be narrowed down to; the first is all of it. */
export function kindOptions(of: readonly AuditKind[]) {
  return [
    { value: "", label: "Everything" },
    ...of.map((value) => ({ value, label: kinds[value] })),
  ];
}

/** What somebody did, or what happened to them. */
export const actionWords: Readonly<Record<AuditAction, string>> = {
  "session.awaits_factor": "Was asked for a second factor",
  "session.started": "Signed in",
  "session.refused": "Could not sign in",
  "session.ended": "Signed out",
  "user.proof_refused": "Could not show who they are",
  "request.rate_limited": "Tried too often",
  "request.forbidden": "Was refused",
  "user.created": "Made an account",
  "user.renamed": "Changed a name",
  "user.disabled": "Disabled an account",
  "user.enabled": "Enabled an account",
  "user.password_changed": "Changed a password",
  "user.password_link_made": "Made a password link",
  "user.signed_out_elsewhere": "Signed out of other browsers",
  "user.signed_out_everywhere": "Signed out everywhere",
  "factor.added": "Added a second factor",
  "factor.removed": "Removed a second factor",
  "recovery_codes.made": "Made recovery codes",
  "user.factors_reset": "Reset second factors",
  "user.factor_required": "Required a second factor",
  "user.factor_not_required": "Required no second factor any more",
  "settings.changed": "Changed who must have a second factor",
  "pages_by_address.allowed": "Allowed fetching articles from the web",
  "pages_by_address.forbidden": "Ended fetching articles from the web",
  "user.site_admin_granted": "Made a site admin",
  "user.site_admin_withdrawn": "Ended a site admin’s rights",
  "identity.linked": "Connected a provider",
  "identity.unlinked": "Disconnected a provider",
  "token.created": "Made an API token",
  "token.revoked": "Revoked an API token",
  "token.refused": "API token refused",
  "invite.created": "Made an invite",
  "invite.accepted": "Accepted an invite",
  "invite.revoked": "Withdrew an invite",
  "member.added": "Added a member",
  "member.role_changed": "Changed a role",
  "member.removed": "Removed a member",
  "project.created": "Made a project",
  "project.renamed": "Changed a project’s title",
  "project.cues_changed": "Changed a project’s cues of reported speech",
  "project.publishing_changed": "Changed what is said for a project’s datasets",
  "scheme.changed": "Made a new version of a project’s scheme",
  "scheme.change_undone": "Undid the last change of a project’s scheme",
  "guidelines.saved": "Saved guidelines",
  "project.deleted": "Deleted a project",
  "project.restored": "Restored a project",
  "project.purged": "Project gone for good",
  "article.deleted": "Deleted an article",
  "article.restored": "Restored an article",
  "article.purged": "Articles gone for good",
  "import.finished": "Imported",
  "import.resumed": "Took an import up again",
  "import.undone": "Undid an import",
  "gold.begun": "Began to adjudicate an article",
  "gold.settled": "Settled the gold of an article",
  "gold.reopened": "Opened the gold of an article again",
  "project.adjudication_changed": "Changed how disagreements are settled",
  "gold.made": "Made an annotation gold",
  "gold.replaced": "Replaced gold",
  "round.created": "Made a round",
  "round.changed": "Changed a round",
  "round.paused": "Paused a round",
  "round.resumed": "Had a round go on",
  "round.closed": "Closed a round",
  "round.reopened": "Reopened a round",
  "round.reviewer_set": "Set a reviewer of a round",
  "round.reviewer_removed": "Took a reviewer out of a round",
  "round.places_given": "Gave free places of a round",
  "assignment.returned": "Returned work to a reviewer",
  "assignment.reassigned": "Gave an article to another reviewer",
  "dataset.exported": "Exported a dataset",
};

const reasons: Readonly<Record<string, string>> = {
  unknown_account: "nobody has this address",
  wrong_password: "wrong password",
  not_readable: "no e-mail address",
  wrong_factor: "not the second factor",
  disabled: "account disabled",
  stranger: "nobody has connected that account",
  unconfirmed: "address not confirmed",
  address_taken: "address taken",
  connected_elsewhere: "connected to somebody else",
  another_account: "an account of somebody else",
  not_asked: "the provider did not ask",
  not_vouched_for: "the provider vouched for nobody",
  scope: "lacks the scope",
  expired: "expired",
  revoked: "revoked",
  password_changed: "with the password",
};

const ways: Readonly<Record<string, string>> = {
  password: "by password",
  provider: "through a provider",
  setup: "by the setup link",
  invite: "by an invite",
  password_link: "by a password link",
  code: "by an authenticator app",
  passkey: "by a passkey",
  recovery_code: "by a recovery code",
};

const valueWords: Readonly<Record<string, string>> = {
  totp: "authenticator app",
  of_nobody: "nobody",
  of_site_admins: "site admins",
  of_everybody: "everybody",
};

/** What of a round was changed. */
const fieldWords: Readonly<Record<string, string>> = {
  title: "title",
  due_at: "date",
  others_seen: "who sees whose work",
};

const worded = (value: string | null) => value && (valueWords[value] ?? value);

/** What more is known of an event, in few words. */
export function detailsOf({ details, project, subject }: AuditEvent): string {
  const told = (name: string) => {
    const value = details[name];
    return typeof value === "string" ? value : null;
  };
  const words = [
    details.others === true ? "and others like it" : null,
    told("how") && (ways[told("how") ?? ""] ?? told("how")),
    told("reason") && (reasons[told("reason") ?? ""] ?? told("reason")),
    told("tried"),
    told("scope"),
    told("limit"),
    told("where"),
    details.setup === true ? "the setup link" : null,
    details.site_admin === true ? "as a site admin" : null,
    told("role") && `as ${told("role")}`,
    worded(told("kind")),
    told("from") && told("to") && `from ${worded(told("from"))} to ${worded(told("to"))}`,
    Array.isArray(details.scopes) ? details.scopes.join(", ") : null,
    typeof details.round === "number" ? `round ${details.round}` : null,
    Array.isArray(details.fields)
      ? details.fields.map((field) => fieldWords[String(field)] ?? String(field)).join(", ")
      : null,
    typeof details.given === "number" ? counted(details.given, "assignment") : null,
    told("layer"),
    told("state") === "failed" ? "failed" : null,
    project?.title === subject?.name ? null : project?.title,
  ];
  return words.filter((word) => word).join(" · ");
}
