import { reencode } from "../../src/imaging/reencode.ts";

/** A Worker that is nothing but the room `imaging`: POST bytes, get the WebP or the reason why not. */
export default {
  async fetch(request, env) {
    const { searchParams } = new URL(request.url);
    const bounds = { maxSide: Number(searchParams.get("side")), maxBytes: Number(searchParams.get("bytes")) };
    const made = await reencode(env.IMAGES, new Uint8Array(await request.arrayBuffer()), bounds);
    if (!made.ok) return new Response(made.reason, { status: 422 });
    return new Response(made.webp, { headers: { "x-width": String(made.width), "x-height": String(made.height) } });
  },
} satisfies ExportedHandler<{ readonly IMAGES: ImagesBinding }>;
