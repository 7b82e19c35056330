import { expect, it } from "vitest";
import { theLife } from "../support/life/life.ts";

it("the guide's sign-in works as it is printed: from the code to a lookup", async () => {
  const { guide } = await theLife();
  expect(guide).toMatch(/^\{/);
  expect(JSON.parse(guide)).toMatchObject({
    number: "+13125550123",
    name: "Chicago Dental Care",
    nameLevel: "official",
  });
});
