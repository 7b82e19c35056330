// The part of cli-progress that the import uses: the package comes without types.
declare module "cli-progress" {
  export interface Bar {
    update(value: number, payload?: Record<string, string>): void;
    setTotal(total: number): void;
  }
  export interface BarOptions {
    stream?: NodeJS.WritableStream;
    format?: string;
    hideCursor?: boolean;
    fps?: number;
    barCompleteChar?: string;
    barIncompleteChar?: string;
    gracefulExit?: boolean;
  }
  export class MultiBar {
    constructor(options: BarOptions);
    create(total: number, start: number, payload: Record<string, string>, options?: BarOptions): Bar;
    log(text: string): void;
    stop(): void;
  }
}
