import * as z from "zod";
import { readBounded } from "../http/body.ts";
import { endpoint, type Answer, type Call, type Endpoint } from "../http/endpoint.ts";
import { PageText, PictureBytes } from "../http/fields.ts";
import { pageResponse } from "../http/page.ts";
import type { Refusal } from "../http/problem.ts";
import { languageOf } from "../http/language.ts";
import { isOwnForm } from "../http/own-form.ts";
import { utf8 } from "../vault/bytes.ts";
import { base64Of } from "./base64-stream.ts";
import {
  askingPage,
  gonePage,
  PICTURE_MARK,
  picturePage,
  removedPage,
  reportedPage,
  type LinkPage,
} from "./link-page.ts";
import { pictureId, tokenOf, type LinkToken } from "./picture-keys.ts";
import { Pictures, type Shown } from "./pictures.ts";
import type { PictureDeps } from "./deps.ts";
import { PICTURE_HEADERS } from "./routes.ts";

const MAX_FORM_BYTES = 1024;

/** What the pages of links need of the wiring. */
export interface LinkDeps {
  /** Where the app can be downloaded, or null. */
  readonly appLink: string | null;
  /** Counts a view of a picture; the refusal if there were too many in the last minute. */
  readonly overShown: (picture: string) => Promise<Refusal | null>;
}

/** Pages of links. The link is the only authority: no account, no cookie. */
export function linkRoutes(deps: PictureDeps, site: LinkDeps): Endpoint[] {
  const pictures = new Pictures(deps);
  const spec = {
    tag: "Links",
    scopes: null,
    limit: "address",
    params: z.object({
      token: z
        .string()
        .max(64)
        .meta({ examples: ["Wm5yT2xkLWZpY3Rpb24"] }),
    }),
    slash: true,
    answers: {
      200: { description: "The page.", mediaType: "text/html", schema: PageText },
      404: { description: "The page that says so.", mediaType: "text/html", schema: PageText },
    },
    refusals: ["too-large"],
  } as const;
  const form = {
    mediaType: "application/x-www-form-urlencoded",
    schema: z.object({ save: z.literal("1").optional() }).meta({ id: "LinkForm" }),
    description: "`save` returns the picture as a file.",
  };
  const asking = async (token: LinkToken, call: Call): Promise<Response | null> => {
    const look = await pictures.look(token, call.now);
    return look === null ? null : page(call, askingPage(languageOf(call.request), token, look.once), { forms: true });
  };

  return [
    endpoint(
      {
        ...spec,
        operationId: "getLinkPage",
        method: "get",
        path: "/i/{token}",
        summary: "The page of a link",
        description: "Never shows the picture and never counts a view.",
      },
      ({ params }, call) => answered(params.token, call, (token) => asking(token, call)),
    ),
    endpoint(
      {
        ...spec,
        operationId: "openLink",
        method: "post",
        path: "/i/{token}",
        summary: "The page with the picture",
        description:
          "Counts a view. With `save=1` the response is the picture itself. A picture that can be seen once is deleted afterwards.",
        stream: form,
        answers: {
          ...spec.answers,
          200: {
            ...spec.answers[200],
            description: "The page with the picture in it, or the picture.",
            orPicture: PictureBytes,
            headers: ["Content-Disposition"],
          },
        },
      },
      ({ params }, call) =>
        answered(params.token, call, async (token) => {
          const body = await readBounded(call.request, MAX_FORM_BYTES);
          if (!body.ok) return body.refusal;
          if (!isTap(call)) return asking(token, call);
          // Each view is a few megabytes: limits a link that is passed around.
          if ((await pictures.look(token, call.now)) === null) return null;
          const over = await site.overShown(await pictureId(deps.vault, token));
          if (over !== null) return over;
          const shown = await pictures.show({ token }, call.now);
          if (shown === null) return null;
          const save = new URLSearchParams(new TextDecoder().decode(body.value)).get("save") === "1";
          return save ? file(call, shown) : pictureResponse(call, token, shown, site);
        }),
    ),
    endpoint(
      {
        ...spec,
        operationId: "reportLink",
        method: "post",
        path: "/i/{token}/report",
        summary: "Report the picture of a link",
        description: "Hides the picture at once, until operators decide.",
      },
      ({ params }, call) =>
        answered(params.token, call, async (token) => {
          if (!isTap(call)) return asking(token, call);
          const reported = await pictures.report({ token }, call.now);
          // A picture that operators looked at already stands.
          return reported ? page(call, reportedPage(languageOf(call.request))) : asking(token, call);
        }),
    ),
    endpoint(
      {
        ...spec,
        operationId: "deleteLink",
        method: "post",
        path: "/i/{token}/delete",
        summary: "Delete the picture of a link",
        description: "At once, and for good.",
      },
      ({ params }, call) =>
        answered(params.token, call, async (token) => {
          if (!isTap(call)) return asking(token, call);
          const removed = await pictures.remove({ token }, call.now);
          return removed ? page(call, removedPage(languageOf(call.request))) : null;
        }),
    ),
  ];
}

/** The answer for a valid link, otherwise the page that all other links get. */
async function answered(
  text: string,
  call: Call,
  answer: (token: LinkToken) => Promise<Answer | null>,
): Promise<Answer> {
  const token = tokenOf(text);
  return (
    (token === null ? null : await answer(token)) ?? page(call, gonePage(languageOf(call.request)), { status: 404 })
  );
}

/**
 * Whether somebody submitted the form of our own page. A form sent by another site, and a browser that prefetches, get the
 * page again. A client without these headers is taken to mean it.
 */
function isTap(call: Call): boolean {
  const { headers } = call.request;
  const purpose = `${headers.get("sec-purpose") ?? ""} ${headers.get("purpose") ?? ""}`;
  if (/prefetch|prerender|preview/i.test(purpose) || headers.has("x-moz")) return false;
  return isOwnForm(call);
}

function page(
  call: Call,
  { title, body }: LinkPage,
  more: { status?: number; forms?: boolean } = {},
): Promise<Response> {
  return pageResponse({ title, body, language: languageOf(call.request), requestId: call.requestId, ...more });
}

function file({ requestId }: Call, { webp }: Shown): Response {
  const disposition = 'attachment; filename="picture.webp"';
  return new Response(webp, {
    headers: { ...PICTURE_HEADERS, "content-disposition": disposition, "x-request-id": requestId },
  });
}

/** The page with the picture in it, streamed, so that an isolate does not hold whole pictures. */
async function pictureResponse(call: Call, token: LinkToken, shown: Shown, site: LinkDeps): Promise<Response> {
  const language = languageOf(call.request);
  const { title, body } = picturePage(language, { ...shown, token, now: call.now, appLink: site.appLink });
  const framed = await pageResponse({
    title,
    body,
    language,
    requestId: call.requestId,
    forms: true,
    pictures: "data:",
  });
  const texts = (await framed.text()).split(PICTURE_MARK);
  return new Response(streamOf(pieces(texts, shown)), { headers: framed.headers });
}

async function* pieces(texts: readonly string[], shown: Shown): AsyncGenerator<Uint8Array> {
  for (const [at, text] of texts.entries()) {
    if (at > 0) {
      const webp = at === 1 ? shown.webp : await shown.again();
      if (webp !== null) yield* base64Of(webp);
    }
    yield utf8(text);
  }
}

/** A stream that reads a chunk when the previous one was consumed. */
function streamOf(from: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await from.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await from.return(undefined);
    },
  });
}
