import { SourceMap } from "node:module";
import { CommandFailure } from "../failure.ts";

/** A place in the bundle, as frames in the log name it. */
const PLACE = /\bindex\.js:(\d{1,7}):(\d{1,7})/g;

/** A log in which each place of the bundle is the place in the source that it came from. @param json the source map */
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

/** The map names files from where the build was written; the project's own begin with `src/`. */
function inProject(file: string): string {
  return /(?:^|\/)((?:src|node_modules)\/.*)$/.exec(file)?.[1] ?? file;
}
