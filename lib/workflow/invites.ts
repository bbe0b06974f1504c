/** How long an invite can be accepted, in milliseconds. */
export const inviteLasts = 7 * 24 * 60 * 60 * 1000;
