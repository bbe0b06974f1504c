/** An e-mail address, broken behind its "@" before it is broken anywhere else. */
export function WrittenEmail({ email }: { email: string }) {
  const domain = email.lastIndexOf("@") + 1;
  return (
    <>
      {email.slice(0, domain)}
      <wbr />
      {email.slice(domain)}
    </>
  );
}
