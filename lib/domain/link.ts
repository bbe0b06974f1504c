import { MAX_LINK_LENGTH } from "./limits";

/** Whether an address that came in with an article leads to the web, and may be a link: it may be anything. */
export const isWebAddress = (address: string): boolean => /^https?:\/\/\S+$/i.test(address);

/** Whether a link may lead there: to the web or to somebody's mailbox, never to a script, nor by too long an address. */
export function isLink(address: string): boolean {
  if (address.length > MAX_LINK_LENGTH) return false;
  if (!/^(?:https?:\/\/|mailto:)[^\s\p{Cc}]+$/iu.test(address)) return false;
  return URL.canParse(address);
}
