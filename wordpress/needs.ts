import { findPrograms } from "./programs.ts";

/** Runs once before all files: what is missing is installed, or said in one message instead of one per file. */
export default function setup(): void {
  findPrograms();
}
