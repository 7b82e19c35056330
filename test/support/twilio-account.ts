import { createHmac } from "node:crypto";

/** Settings with which Twilio carries messages; `TWILIO_API` is added by whoever knows where it is. */
export const twilioAccount = {
  SMS_PROVIDER: "twilio",
  PUBLIC_ORIGIN: "http://k.example",
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_API_KEY: `SK${"1".repeat(32)}`,
  TWILIO_API_SECRET: "a secret of the key's".replaceAll(" ", "-"),
  TWILIO_AUTH_TOKEN: "d".repeat(32),
  TWILIO_SENDER: "+13125550100",
  SMS_COUNTRIES: "*",
};

/** The signature that Twilio sends with a callback. */
export function signed(
  address: string,
  form: Readonly<Record<string, string>>,
  token = twilioAccount.TWILIO_AUTH_TOKEN,
): string {
  const fields = Object.keys(form)
    .sort()
    .map((name) => name + form[name]);
  return createHmac("sha1", token)
    .update(address + fields.join(""))
    .digest("base64");
}
