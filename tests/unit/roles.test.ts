import { expect, test } from "vitest";
import { permissions, roleMay, roles } from "@/lib/domain/roles";

test("each role may what the one below may, and more", () => {
  const granted = roles.map((role) => [role, permissions.filter((one) => roleMay(role, one))]);
  expect(Object.fromEntries(granted)).toEqual({
    admin: permissions,
    curator: ["read", "annotate", "see_all_sets", "export", "write_guidelines"],
    reviewer: ["read", "annotate"],
    viewer: ["read"],
  });
});
