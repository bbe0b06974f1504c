/** What the entries of the trail are about, to look for them. */
export const auditKinds = [
  "sign_in",
  "refusal",
  "account",
  "token",
  "invite",
  "member",
  "project",
  "article",
  "round",
  "dataset",
] as const;
export type AuditKind = (typeof auditKinds)[number];

/** Everything that the trail has a word for, `<noun>.<verb in the past>`, with its kind. */
export const auditActions = {
  /** The password was right, or a provider vouched for somebody, and a second factor is to be shown. */
  "session.awaits_factor": "sign_in",
  "session.started": "sign_in",
  "session.refused": "sign_in",
  "session.ended": "sign_in",
  /** Somebody in a session could not show that they are still its user. */
  "user.proof_refused": "sign_in",
  /** A limit of how often something may be tried, which `limit` names. */
  "request.rate_limited": "refusal",
  /** Something that somebody with an account may not do. */
  "request.forbidden": "refusal",
  "user.created": "account",
  "user.renamed": "account",
  "user.disabled": "account",
  "user.enabled": "account",
  "user.password_changed": "account",
  "user.password_link_made": "account",
  "user.signed_out_elsewhere": "account",
  "user.signed_out_everywhere": "account",
  "factor.added": "account",
  "factor.removed": "account",
  "recovery_codes.made": "account",
  "user.factors_reset": "account",
  "user.factor_required": "account",
  "user.factor_not_required": "account",
  "settings.changed": "account",
  "pages_by_address.allowed": "account",
  "pages_by_address.forbidden": "account",
  "user.site_admin_granted": "account",
  "user.site_admin_withdrawn": "account",
  "identity.linked": "account",
  "identity.unlinked": "account",
  "token.created": "token",
  "token.revoked": "token",
  /** A token that has ended, or is used for what it was not made for. */
  "token.refused": "token",
  "invite.created": "invite",
  "invite.accepted": "invite",
  "invite.revoked": "invite",
  "member.added": "member",
  "member.role_changed": "member",
  "member.removed": "member",
  "project.created": "project",
  "project.renamed": "project",
  "project.cues_changed": "project",
  "project.publishing_changed": "project",
  "scheme.changed": "project",
  "scheme.change_undone": "project",
  "guidelines.saved": "project",
  "project.deleted": "project",
  "project.restored": "project",
  "project.purged": "project",
  "article.deleted": "article",
  "article.restored": "article",
  "article.purged": "article",
  "gold.made": "article",
  "gold.replaced": "article",
  "gold.begun": "article",
  "gold.settled": "article",
  "gold.reopened": "article",
  "project.adjudication_changed": "project",
  "import.finished": "article",
  "import.resumed": "article",
  "import.undone": "article",
  "round.created": "round",
  "round.changed": "round",
  "round.paused": "round",
  "round.resumed": "round",
  "round.closed": "round",
  "round.reopened": "round",
  "round.reviewer_set": "round",
  "round.reviewer_removed": "round",
  "round.places_given": "round",
  "assignment.returned": "round",
  "assignment.reassigned": "round",
  "dataset.exported": "dataset",
} as const satisfies Readonly<Record<string, AuditKind>>;
export type AuditAction = keyof typeof auditActions;

/** The actions of a kind, or all of them. */
export function actionsOf(kind: AuditKind | undefined): AuditAction[] {
  const all = Object.keys(auditActions) as AuditAction[]; // the keys of a constant
  return kind === undefined ? all : all.filter((action) => auditActions[action] === kind);
}

/**
 * What is of use while somebody may be at the door, and tells where people are: it is forgotten after
 * {@link AUDIT_DAYS}. What changed something stays.
 */
export const passingActions: readonly AuditAction[] = [
  ...actionsOf("sign_in"),
  ...actionsOf("refusal"),
  "token.refused",
];

/** Days for which passing entries are kept. */
export const AUDIT_DAYS = 180;

/** As what a trail is exported. */
export const auditFormats = ["csv", "jsonl"] as const;
export type AuditFormat = (typeof auditFormats)[number];

/** The longest text that the trail is searched for, in UTF-16 units. */
export const MAX_AUDIT_QUERY = 200;

/** The kinds of what is done in a project, in the order of a list to choose from. */
export const projectAuditKinds = [
  "member",
  "invite",
  "project",
  "article",
  "round",
  "dataset",
] as const satisfies readonly AuditKind[];
