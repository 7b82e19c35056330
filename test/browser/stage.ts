import type { Browser } from "playwright-core";
import { startBrowser } from "../support/browser.ts";
import { Service } from "../support/service.ts";

/** The browser and the service of all pages' tests. */
class Stage {
  #service: Service | null = null;
  #browser: Browser | null = null;

  /** The service, whose visitors here all come from one network. */
  get service(): Service {
    if (this.#service === null) throw new Error("The stage is not open.");
    return this.#service;
  }

  get browser(): Browser {
    if (this.#browser === null) throw new Error("The stage is not open.");
    return this.#browser;
  }

  async open(): Promise<void> {
    const vars = {
      PRIVACY_CONTACT: "officer@id.example",
      PAGE_WAIT_S: "5/5",
      MESSAGE_LIMIT_NETWORK: "900/900 900/900 30/30",
    };
    [this.#service, this.#browser] = await Promise.all([Service.start(vars), startBrowser()]);
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#browser?.close(), this.#service?.stop()]);
  }
}

export const stage = new Stage();
