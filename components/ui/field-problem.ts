/** Something is wrong with one field of a form, which is then marked and has the focus. */
export class FieldProblem extends Error {
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.name = "FieldProblem";
    this.field = field;
  }
}

type Given = Pick<HTMLInputElement, "type" | "minLength" | "min" | "max" | "validationMessage"> & {
  validity: Partial<ValidityState>;
};

/** What is wrong with what stands in a field, in the words of the console rather than the browser’s. */
export function problemWords({ type, minLength, min, max, validationMessage, validity }: Given): string {
  if (validity.customError) return validationMessage;
  if (validity.valueMissing || validity.badInput)
    return type === "number" ? "Fill this in with a number." : "Fill this in.";
  if (validity.typeMismatch)
    return type === "email"
      ? "This is not an e-mail address."
      : "This is not a whole address. Begin with https://.";
  if (validity.tooShort) return `At least ${minLength} characters.`;
  if (validity.rangeUnderflow) return `At least ${min}.`;
  if (validity.rangeOverflow) return `At most ${max}.`;
  return validationMessage;
}

/** Whether a form may be sent; otherwise its fields say what is wrong, and the first of them has the focus. */
export function isComplete(form: HTMLFormElement): boolean {
  if (form.checkValidity()) return true;
  form.querySelector<HTMLElement>("input:invalid, textarea:invalid")?.focus();
  return false;
}

/** Marks the field that a problem is about until it is typed in again; false where the form has no such field. */
export function markField(form: HTMLFormElement, { field, message }: FieldProblem): boolean {
  const input = form.elements.namedItem(field);
  if (!(input instanceof HTMLInputElement)) return false;
  input.setCustomValidity(message);
  return !isComplete(form);
}
