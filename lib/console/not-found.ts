import { AppError } from "../errors.ts";

/** The answer for an id that is not there, the same for every noun. */
export const notFound = (noun: string): AppError =>
  new AppError("not_found", `There is no ${noun} with this id.`);
