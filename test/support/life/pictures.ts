import type { Development } from "../development.ts";
import { noise, tell } from "../pictures.ts";

export const NUMBERS = [
  ["+13095550171", "3095550171"],
  ["+447400123457", "7400123457"],
] as const;

export interface PictureFacts {
  /** Of each picture what its link ends in, and its bytes as it came and as it is kept. */
  readonly pictures: readonly { readonly token: string; readonly came: Uint8Array; readonly kept: Uint8Array }[];
}

/** Pictures are sent, sent again under the same Idempotency-Key, seen, saved, and one is reported. */
export async function sendPictures(service: Development): Promise<PictureFacts> {
  const authorization = `Bearer ${service.mint.token()}`;
  const pictures = [];
  for (const [n, [number]] of NUMBERS.entries()) {
    const picture = n === 0 ? await tell("jpeg", 300, 200) : await noise(300, 200, "png");
    const headers = { authorization, "x-recipient": number, "idempotency-key": `a-word-of-the-client-${n}` };
    const send = async (): Promise<string> => {
      const answer = await service.fetch("/v1/images", { method: "POST", headers, body: picture as BodyInit });
      return (await answer.json<{ link: string }>()).link;
    };
    const link = await send();
    if ((await send()) !== link) throw new Error("another link for the same key");
    const saved = await service.fetch(link, { method: "POST", body: new URLSearchParams({ save: "1" }) });
    if (saved.headers.get("content-type") !== "image/webp") throw new Error("the picture is not shown");
    const kept = new Uint8Array(await saved.arrayBuffer());
    const token = new URL(link).pathname.slice("/i/".length);
    pictures.push({ token, came: picture, kept });
    if (n === 1 && (await service.fetch(`${link}/report`, { method: "POST" })).status !== 200)
      throw new Error("no report");
  }
  return { pictures };
}
