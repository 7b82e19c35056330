import { SourceMap } from "node:module";
import { CommandFailure } from "../failure.ts";

/** A position in the bundle, as in logged stack frames. */
const PLACE = /\bindex\.js:(\d{1,7}):(\d{1,7})/g;

/** Maps bundle positions in a log to source positions. @param json the source map */
export function sourcesOf(json: string, log: string): string {
  const map = mapOf(json);
  return log.replaceAll(PLACE, (place, line: string, column: string) => {
    const origin = map.findOrigin(Number(line), Number(column));
    return "fileName" in origin ? `${inProject(origin.fileName)}:${origin.lineNumber}:${origin.columnNumber}` : place;
  });
}

function mapOf(json: string): SourceMap {
  try {
    return new SourceMap(JSON.parse(json) as ConstructorParameters<typeof SourceMap>[0]);
  } catch {
    throw new CommandFailure("The file is no source map.");
  }
}

/** Paths in the map are relative to the build folder; the project's own begin with `src/`. */
function inProject(file: string): string {
  return /(?:^|\/)((?:src|node_modules)\/.*)$/.exec(file)?.[1] ?? file;
}
