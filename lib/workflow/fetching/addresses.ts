import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { Refusal } from "@/lib/domain/refusal";

/** The longest address that is asked for, in characters. */
const LONGEST = 2000;

/** Where clouds answer their own machines, beside the ranges that nobody else has. */
const OF_CLOUDS: ReadonlySet<string> = new Set(["168.63.129.16"]);

/** Of the addresses of IPv6 that are given out to everybody (RFC 4291), parts that are not (IANA, 2025). */
const GIVEN_OUT = ipaddr.parseCIDR("2000::/3");
const NOT_GIVEN_OUT = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].map((range) =>
  ipaddr.parseCIDR(range),
);

/**
 * An address of the web as it is asked for: http or https, on the usual port, without names and passwords in it.
 *
 * @throws Refusal "invalid" with the reason
 */
export function webAddress(written: string, base?: URL): URL {
  if (written.length > LONGEST) {
    return refuse(`The address has more than ${LONGEST} characters.`);
  }
  if (!URL.canParse(written, base)) return refuse("This is no address of a web page.");
  const url = new URL(written, base);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return refuse("Only addresses that begin with https:// or http:// are fetched.");
  }
  if (url.username !== "" || url.password !== "") {
    return refuse("An address with a name or a password in it is not fetched.");
  }
  // The usual one of either is left out of what was parsed; 443 of http and 80 of https are nobody's.
  if (url.port !== "") return refuse("Only the usual ports of the web are fetched from.");
  url.hash = "";
  // A name with a dot at its end is the same name, and no other key, cookie or certificate.
  url.hostname = url.hostname.replace(/\.+$/, "");
  if (url.hostname === "") return refuse("This is no address of a web page.");
  if (url.href.length > LONGEST) return refuse(`The address has more than ${LONGEST} characters.`);
  return url;
}

/** The IP address that a host is by itself; null where it is a name. */
export function literalOf({ hostname }: URL): string | null {
  const bare = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? null : bare;
}

/**
 * Whether an IP address is one of the public internet: everything else is somebody's own network, this machine, or
 * nothing. What carries an address of IPv4 within one of IPv6 is not, whoever that is of: where it leads is for the
 * network to say that translates it.
 */
export function isPublic(address: string): boolean {
  if (isIP(address) === 0 || address.includes("%")) return false;
  const ip = ipaddr.parse(address);
  if (ip.kind() === "ipv4") return ip.range() === "unicast" && !OF_CLOUDS.has(ip.toString());
  return (
    ip.range() === "unicast" &&
    ip.match(GIVEN_OUT) &&
    !NOT_GIVEN_OUT.some((range) => ip.match(range))
  );
}

function refuse(message: string): never {
  throw new Refusal("invalid", message);
}
