/** Whether a link may lead there: to the web or to somebody's mailbox, never to a script. */
export function isLink(address: string): boolean {
  if (!/^(?:https?:\/\/|mailto:)[^\s\p{Cc}]+$/iu.test(address)) return false;
  return URL.canParse(address);
}
