import { DurableObject } from "cloudflare:workers";
import { framesOf } from "./frames.ts";
import { consoleLogger, errorClass, type MethodName } from "./logger.ts";
import { isOutage } from "./store-failure.ts";

const watched = new WeakSet<object>();
/** Errors that were logged already: a method can call another one. */
const told = new WeakSet<object>();

/**
 * A Durable Object that logs the stack frames of its bugs: the platform gives the caller an object's error without them, and
 * an alarm has no caller.
 */
export abstract class ReportingObject extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    for (
      let prototype = new.target.prototype as object;
      prototype !== ReportingObject.prototype;
      prototype = Object.getPrototypeOf(prototype) as object
    ) {
      watch(prototype);
    }
  }
}

function watch(prototype: object): void {
  if (watched.has(prototype)) return;
  watched.add(prototype);
  for (const method of Object.getOwnPropertyNames(prototype)) {
    const { value, ...rest } = Object.getOwnPropertyDescriptor(prototype, method) ?? {};
    if (typeof value !== "function" || method === "constructor") continue;
    const report = (thrown: unknown): never => {
      reportBug(method as MethodName, thrown);
      throw thrown;
    };
    const reporting = function reporting(this: unknown, ...args: unknown[]): unknown {
      try {
        const answer: unknown = Reflect.apply(value as (...sent: unknown[]) => unknown, this, args);
        return answer instanceof Promise ? answer.catch(report) : answer;
      } catch (thrown) {
        return report(thrown);
      }
    };
    Object.defineProperty(prototype, method, { ...rest, value: reporting });
  }
}

function reportBug(method: MethodName, thrown: unknown): void {
  if (isOutage(thrown)) return;
  if (typeof thrown === "object" && thrown !== null) {
    if (told.has(thrown)) return;
    told.add(thrown);
  }
  consoleLogger.log("object.bug", { method, error: errorClass(thrown), frames: framesOf(thrown) });
}
