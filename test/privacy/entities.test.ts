import { decodeHTMLStrict as packaged } from "entities";
import { expect, it } from "vitest";
import { decodeHTMLStrict } from "../../src/privacy/entities.ts";

it("reads the named characters that notices need as the package does, and leaves the others", () => {
  for (const name of ["amp", "lt", "gt", "quot", "apos", "nbsp", "shy", "zwnj", "zwj", "lrm", "rlm"]) {
    expect(decodeHTMLStrict(`a &${name}; b`), name).toBe(packaged(`a &${name}; b`));
    expect(decodeHTMLStrict(`&${name};`), name).not.toContain(name);
  }
  expect(decodeHTMLStrict("&eacute; &toString; &amp")).toBe("&eacute; &toString; &amp");
});
